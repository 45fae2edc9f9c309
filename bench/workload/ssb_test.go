package workload

import (
	"encoding/json"
	"math"
	"testing"
)

// TestSSBShape holds the data to what the questions are meant to find: the shares that their descriptions name
// follow from these.
func TestSSBShape(t *testing.T) {
	const factor, lines = 0.1, 0.02
	days := map[int]int{} // date to year
	err := generateSSBDates(factor, func(document []byte) error {
		var d struct {
			Key  int `json:"d_datekey"`
			Year int `json:"d_year"`
		}
		err := json.Unmarshal(document, &d)
		days[d.Key] = d.Year
		return err
	})
	if err != nil || len(days) != 2557 {
		t.Fatalf("%d days, %v", len(days), err)
	}
	brands, parts := map[string]int{}, 0
	err = generateSSBPart(factor, func(document []byte) error {
		var p struct {
			Maker    string `json:"p_mfgr"`
			Category string `json:"p_category"`
			Brand    string `json:"p_brand1"`
		}
		err := json.Unmarshal(document, &p)
		if p.Category[:len(p.Maker)] != p.Maker || p.Brand[:len(p.Category)] != p.Category {
			t.Errorf("%s", document)
		}
		brands[p.Brand]++
		parts++
		return err
	})
	if err != nil || len(brands) != ssbMakers*ssbCategories*ssbBrands || parts != 20_000 {
		t.Errorf("%d brands of %d parts, %v", len(brands), parts, err)
	}
	rows, years, selected := 0, map[int]int{}, 0
	err = generateSSBLineorder(lines, func(document []byte) error {
		var l struct {
			Date     int `json:"lo_orderdate"`
			Commit   int `json:"lo_commitdate"`
			Quantity int `json:"lo_quantity"`
			Price    int `json:"lo_extendedprice"`
			Discount int `json:"lo_discount"`
			Revenue  int `json:"lo_revenue"`
			Part     int `json:"lo_partkey"`
			Customer int `json:"lo_custkey"`
			Supplier int `json:"lo_suppkey"`
		}
		err := json.Unmarshal(document, &l)
		if days[l.Date] == 0 || days[l.Commit] == 0 || l.Commit <= l.Date || l.Price != tpchPrice(l.Part)*l.Quantity ||
			l.Revenue != l.Price*(100-l.Discount)/100 || l.Customer < 1 || l.Customer > 600 || l.Supplier < 1 || l.Supplier > 40 {
			t.Errorf("%s", document)
		}
		rows++
		years[days[l.Date]]++
		if days[l.Date] == 1993 && l.Discount >= 1 && l.Discount <= 3 && l.Quantity < 25 { // q1.1
			selected++
		}
		return err
	})
	if err != nil || math.Abs(float64(rows)-120_000) > 1_200 || len(years) != 7 {
		t.Errorf("%d rows of years %v, %v", rows, years, err)
	}
	if share := float64(selected) / float64(rows); math.Abs(share-0.019) > 0.002 {
		t.Errorf("q1.1 finds %v", share)
	}
}

// TestSSBCity has short names padded and long ones cut.
func TestSSBCity(t *testing.T) {
	for nation, want := range map[string]string{"PERU": "PERU     3", "UNITED KINGDOM": "UNITED KI3"} {
		if got := ssbCity(nation, 3); got != want {
			t.Errorf("%s: %q, want %q", nation, got, want)
		}
	}
}
