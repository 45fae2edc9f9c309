package workload

// What hits are made of.
var (
	hitsSources = []string{"internal", "direct", "search", "social", "campaign", "link"} // by hitsFrom

	hitsStatuses = []int64{200, 200, 304, 404, 500}

	hitsBrowsers       = newShares(share{"Chrome", 62}, share{"Safari", 12}, share{"Edge", 12}, share{"Firefox", 9}, share{"Opera", 4}, share{"Vivaldi", 1})
	hitsMobileBrowsers = newShares(share{"Chrome", 60}, share{"Safari", 30}, share{"SamsungBrowser", 6}, share{"Firefox", 4})
	hitsSystems        = newShares(share{"Windows NT 10.0", 65}, share{"Macintosh", 22}, share{"X11 Linux", 10}, share{"CrOS", 3})
	hitsMobileSystems  = newShares(share{"Android 14", 40}, share{"Android 13", 25}, share{"iPhone OS 17", 25}, share{"iPhone OS 16", 10})
	hitsBrands         = newShares(share{"Aster", 30}, share{"Birch", 25}, share{"Cedar", 15}, share{"Dahlia", 10}, share{"Elm", 10}, share{"Fern", 5}, share{"Ginkgo", 5})
	hitsConnections    = newShares(share{"4g", 60}, share{"wifi", 30}, share{"3g", 8}, share{"2g", 2})
	hitsCountries      = newShares(share{"DE", 1}, share{"FR", 1}, share{"TR", 1}, share{"IN", 1}, share{"BR", 1}, share{"US", 1}, share{"JP", 1}, share{"PL", 1}, share{"NG", 1}, share{"ID", 1}, share{"MX", 1}, share{"ES", 1}, share{"KE", 1})
	hitsLanguages      = newShares(share{"en", 40}, share{"de", 15}, share{"es", 12}, share{"fr", 10}, share{"pt", 8}, share{"ja", 8}, share{"tr", 7})
	hitsNetworks       = newShares(share{"plaza", 40}, share{"chirper", 25}, share{"snapbook", 20}, share{"forumly", 15})

	hitsScreens = [][2]int{{1920, 1080}, {1536, 864}, {1366, 768}, {2560, 1440}, {1440, 900}, {3840, 2160}, {1280, 720}}

	hitsWords = []string{
		"amber", "anchor", "apple", "autumn", "basket", "beacon", "bicycle", "blossom", "bridge", "butter", "cabin", "candle", "canvas",
		"castle", "cellar", "cherry", "cloud", "clover", "copper", "coral", "cotton", "cradle", "crystal", "daisy", "desert", "dragon",
		"ember", "engine", "falcon", "feather", "fiddle", "forest", "garden", "ginger", "glacier", "granite", "harbour", "harvest", "hazel",
		"honey", "island", "ivory", "jacket", "jasmine", "kettle", "ladder", "lantern", "lemon", "linen", "maple", "marble", "meadow",
		"mirror", "mountain", "needle", "nutmeg", "ocean", "olive", "orchard", "otter", "oyster", "paper", "pebble", "pepper", "piano",
		"pillow", "planet", "pocket", "quartz", "quill", "rabbit", "raven", "ribbon", "river", "saddle", "saffron", "sailor", "shadow",
		"silver", "sparrow", "spruce", "stone", "summer", "sunset", "table", "teapot", "thistle", "thunder", "timber", "tulip", "umber",
		"valley", "velvet", "violin", "walnut", "willow", "window", "winter", "yarrow", "zephyr",
	}
)
