package workload

import (
	"math"
	"time"
)

// Rows at scale factor 1.
const (
	tpchSuppliers = 10_000
	tpchCustomers = 150_000
	tpchParts     = 200_000
	tpchOrders    = 1_500_000
	tpchClerks    = 1_000 // and no fewer
)

// tpchRows is how many rows a table has at a scale factor.
func tpchRows(base int, factor float64) int { return int(math.Round(float64(base) * factor)) }

// The columns that are more than numbers: the specification's 4.2.2.13 and 4.2.3.
var (
	tpchRegions = []string{"AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST"}
	tpchNations = []struct {
		name   string
		region int
	}{
		{"ALGERIA", 0},
		{"ARGENTINA", 1},
		{"BRAZIL", 1},
		{"CANADA", 1},
		{"EGYPT", 4},
		{"ETHIOPIA", 0},
		{"FRANCE", 3},
		{"GERMANY", 3},
		{"INDIA", 2},
		{"INDONESIA", 2},
		{"IRAN", 4},
		{"IRAQ", 4},
		{"JAPAN", 2},
		{"JORDAN", 4},
		{"KENYA", 0},
		{"MOROCCO", 0},
		{"MOZAMBIQUE", 0},
		{"PERU", 1},
		{"CHINA", 2},
		{"ROMANIA", 3},
		{"SAUDI ARABIA", 4},
		{"VIETNAM", 2},
		{"RUSSIA", 3},
		{"UNITED KINGDOM", 3},
		{"UNITED STATES", 1},
	}
	tpchSegments     = []string{"AUTOMOBILE", "BUILDING", "FURNITURE", "HOUSEHOLD", "MACHINERY"}
	tpchPriorities   = []string{"1-URGENT", "2-HIGH", "3-MEDIUM", "4-NOT SPECIFIED", "5-LOW"}
	tpchInstructions = []string{"DELIVER IN PERSON", "COLLECT COD", "TAKE BACK RETURN", "NONE"}
	tpchModes        = []string{"REG AIR", "AIR", "RAIL", "TRUCK", "MAIL", "FOB", "SHIP"}
	tpchReturns      = []string{"R", "A"}
	tpchContainers   = tpchProduct([]string{"SM", "LG", "MED", "JUMBO", "WRAP"}, []string{"CASE", "BOX", "BAG", "JAR", "PACK", "PKG", "CAN", "DRUM"})
	tpchTypes        = tpchProduct(
		[]string{"STANDARD", "SMALL", "MEDIUM", "LARGE", "ECONOMY", "PROMO"},
		[]string{"ANODIZED", "BURNISHED", "PLATED", "POLISHED", "BRUSHED"}, []string{"TIN", "NICKEL", "BRASS", "STEEL", "COPPER"},
	)
	tpchColors = []string{
		"almond", "antique", "aquamarine", "azure", "beige", "bisque", "black", "blanched", "blue", "blush", "brown", "burlywood",
		"burnished", "chartreuse", "chiffon", "chocolate", "coral", "cornflower", "cornsilk", "cream", "cyan", "dark", "deep", "dim",
		"dodger", "drab", "firebrick", "floral", "forest", "frosted", "gainsboro", "ghost", "goldenrod", "green", "grey", "honeydew",
		"hot", "indian", "ivory", "khaki", "lace", "lavender", "lawn", "lemon", "light", "lime", "linen", "magenta", "maroon", "medium",
		"metallic", "midnight", "mint", "misty", "moccasin", "navajo", "navy", "olive", "orange", "orchid", "pale", "papaya", "peach",
		"peru", "pink", "plum", "powder", "puff", "purple", "red", "rose", "rosy", "royal", "saddle", "salmon", "sandy", "seashell",
		"sienna", "sky", "slate", "smoke", "snow", "spring", "steel", "tan", "thistle", "tomato", "turquoise", "violet", "wheat",
		"white", "yellow",
	}
)

// tpchProduct is every first word with every second, with every third.
func tpchProduct(lists ...[]string) []string {
	out := lists[0]
	for _, words := range lists[1:] {
		var longer []string
		for _, start := range out {
			for _, word := range words {
				longer = append(longer, start+" "+word)
			}
		}
		out = longer
	}
	return out
}

// Dates are days since 1992-01-01. Orders end 151 days, as long as it takes to ship and receive, before the
// data ends with 1998.
const (
	tpchLastOrder = 2405
	tpchToday     = 1263 // 1995-06-17: what is before has happened
)

var (
	tpchBegin = time.Date(1992, 1, 1, 0, 0, 0, 0, time.UTC)
	tpchDates = func() (out [tpchLastOrder + 152]string) {
		for day := range out {
			out[day] = tpchBegin.AddDate(0, 0, day).Format(time.DateOnly)
		}
		return out
	}()
)

func generateTPCHRegion(_ float64, emit func([]byte) error) error {
	comment := newTPCHStream(1500869201, tpchCommentDraws)
	var f flat
	for key, name := range tpchRegions {
		f.begin()
		f.integer("r_regionkey", key)
		f.text("r_name", name)
		f.text("r_comment", string(comment.comment(72)))
		if err := emit(f.end()); err != nil {
			return err
		}
	}
	return nil
}

func generateTPCHNation(_ float64, emit func([]byte) error) error {
	comment := newTPCHStream(606179079, tpchCommentDraws)
	var f flat
	for key, nation := range tpchNations {
		f.begin()
		f.integer("n_nationkey", key)
		f.text("n_name", nation.name)
		f.integer("n_regionkey", nation.region)
		f.text("n_comment", string(comment.comment(72)))
		if err := emit(f.end()); err != nil {
			return err
		}
	}
	return nil
}

// tpchParty is what suppliers and customers have in common.
type tpchParty struct {
	address, nation, phone, balance, comment tpchStream
	flat
}

// fields adds address, nation, phone and account balance.
func (p *tpchParty) fields(prefix string) {
	p.text(prefix+"address", string(p.address.address(nil)))
	nation := p.nation.between(0, len(tpchNations)-1)
	p.integer(prefix+"nationkey", nation)
	p.text(prefix+"phone", string(p.phone.phone(nil, nation)))
	p.money(prefix+"acctbal", p.balance.between(-99999, 999999))
	for _, s := range []*tpchStream{&p.address, &p.nation, &p.phone, &p.balance} {
		s.rest()
	}
}

func generateTPCHSupplier(factor float64, emit func([]byte) error) error {
	p := tpchParty{
		address: newTPCHStream(706178559, tpchAddressDraws), nation: newTPCHStream(110356601, 1), phone: newTPCHStream(884434366, tpchPhoneDraws),
		balance: newTPCHStream(962338209, 1), comment: newTPCHStream(1341315363, tpchCommentDraws),
	}
	remarks := newTPCHRemarks()
	for key := 1; key <= tpchRows(tpchSuppliers, factor); key++ {
		p.begin()
		p.integer("s_suppkey", key)
		p.numbered("s_name", "Supplier#", key)
		p.fields("s_")
		p.text("s_comment", remarks.mark(p.comment.comment(63)))
		if err := emit(p.end()); err != nil {
			return err
		}
	}
	return nil
}

// tpchRemarks mark a few suppliers' comments: one in a thousand has "Customer", and somewhere behind it
// "Complaints" or "Recommends".
type tpchRemarks struct{ which, between, at, kind tpchStream }

func newTPCHRemarks() *tpchRemarks {
	return &tpchRemarks{newTPCHStream(202794285, 1), newTPCHStream(263032577, 1), newTPCHStream(715851524, 1), newTPCHStream(753643799, 1)}
}

func (r *tpchRemarks) mark(comment []byte) string {
	const customer, complaints, recommends = "Customer ", "Complaints", "Recommends"
	const length = len(customer) + len(complaints)
	text := string(comment)
	if r.which.between(1, tpchSuppliers) <= 10 {
		between := r.between.between(0, len(text)-length)
		at := r.at.between(0, len(text)-length-between)
		kind := recommends
		if r.kind.between(0, 100) < 50 {
			kind = complaints
		}
		second := at + len(customer) + between
		text = text[:at] + customer + text[at+len(customer):second] + kind + text[second+len(kind):]
	}
	for _, s := range []*tpchStream{&r.which, &r.between, &r.at, &r.kind} {
		s.rest()
	}
	return text
}

func generateTPCHCustomer(factor float64, emit func([]byte) error) error {
	p := tpchParty{
		address: newTPCHStream(881155353, tpchAddressDraws), nation: newTPCHStream(1489529863, 1), phone: newTPCHStream(1521138112, tpchPhoneDraws),
		balance: newTPCHStream(298370230, 1), comment: newTPCHStream(1335826707, tpchCommentDraws),
	}
	segment := newTPCHStream(1140279430, 1)
	for key := 1; key <= tpchRows(tpchCustomers, factor); key++ {
		p.begin()
		p.integer("c_custkey", key)
		p.numbered("c_name", "Customer#", key)
		p.fields("c_")
		p.text("c_mktsegment", segment.pick(tpchSegments))
		p.text("c_comment", string(p.comment.comment(73)))
		if err := emit(p.end()); err != nil {
			return err
		}
	}
	return nil
}

// tpchPrice is a part's, in cents.
func tpchPrice(part int) int { return 90_000 + part/10%20_001 + part%1000*100 }

func generateTPCHPart(factor float64, emit func([]byte) error) error {
	var (
		name, maker, brand    = newTPCHStream(709314158, len(tpchColors)), newTPCHStream(1, 1), newTPCHStream(46831694, 1)
		kind, size, container = newTPCHStream(1841581359, 1), newTPCHStream(1193163244, 1), newTPCHStream(727633698, 1)
		comment               = newTPCHStream(804159733, tpchCommentDraws)
		f                     flat
	)
	for key := 1; key <= tpchRows(tpchParts, factor); key++ {
		f.begin()
		f.integer("p_partkey", key)
		f.text("p_name", string(name.shuffled(nil, tpchColors, 5)))
		name.rest()
		m := maker.between(1, 5)
		f.text("p_mfgr", "Manufacturer#"+string(appendDigits(nil, m, 1)))
		f.text("p_brand", "Brand#"+string(appendDigits(nil, m*10+brand.between(1, 5), 2)))
		f.text("p_type", kind.pick(tpchTypes))
		f.integer("p_size", size.between(1, 50))
		f.text("p_container", container.pick(tpchContainers))
		f.money("p_retailprice", tpchPrice(key))
		f.text("p_comment", string(comment.comment(14)))
		if err := emit(f.end()); err != nil {
			return err
		}
	}
	return nil
}

// tpchSupplies is how many suppliers a part has.
const tpchSupplies = 4

// tpchSupplier is the nth supplier of a part.
func tpchSupplier(part, n, suppliers int) int {
	return (part+n*(suppliers/tpchSupplies+(part-1)/suppliers))%suppliers + 1
}

func generateTPCHPartsupp(factor float64, emit func([]byte) error) error {
	// As many draws as rows: there is nothing to spend behind a part.
	available, cost, comment := newTPCHStream(1671059989, 0), newTPCHStream(1051288424, 0), newTPCHStream(1961692154, 0)
	suppliers := tpchRows(tpchSuppliers, factor)
	var f flat
	for part := 1; part <= tpchRows(tpchParts, factor); part++ {
		for n := range tpchSupplies {
			f.begin()
			f.integer("ps_partkey", part)
			f.integer("ps_suppkey", tpchSupplier(part, n, suppliers))
			f.integer("ps_availqty", available.between(1, 9999))
			f.money("ps_supplycost", cost.between(100, 100_000))
			f.text("ps_comment", string(comment.comment(124)))
			if err := emit(f.end()); err != nil {
				return err
			}
		}
	}
	return nil
}
