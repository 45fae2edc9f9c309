package workload

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// errEnough ends a generator.
var errEnough = errors.New("enough")

// TestTPCHPrices holds to the specification's formulas: of a retail price, an order's total and its status.
func TestTPCHPrices(t *testing.T) {
	type line struct {
		Order    int     `json:"l_orderkey"`
		Part     int     `json:"l_partkey"`
		Quantity int     `json:"l_quantity"`
		Price    float64 `json:"l_extendedprice"`
		Discount float64 `json:"l_discount"`
		Tax      float64 `json:"l_tax"`
		Status   string  `json:"l_linestatus"`
	}
	const factor, orders = 0.01, 100
	totals, statuses := map[int]float64{}, map[int]string{}
	err := generateTPCHLineitem(factor, func(document []byte) error {
		var l line
		if err := json.Unmarshal(document, &l); err != nil {
			return err
		}
		retail := float64(90_000+l.Part/10%20_001+100*(l.Part%1_000)) / 100
		if got, want := cents(l.Price), cents(retail*float64(l.Quantity)); got != want {
			t.Errorf("order %d: price %d, want %d", l.Order, got, want)
		}
		if _, seen := statuses[l.Order]; !seen {
			if len(totals) == orders {
				return errEnough
			}
			statuses[l.Order] = l.Status
		}
		if statuses[l.Order] != l.Status {
			statuses[l.Order] = "P"
		}
		totals[l.Order] += l.Price * (1 + l.Tax) * (1 - l.Discount)
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Fatal(err)
	}
	err = generateTPCHOrders(factor, func(document []byte) error {
		var o struct {
			Key    int     `json:"o_orderkey"`
			Total  float64 `json:"o_totalprice"`
			Status string  `json:"o_orderstatus"`
		}
		if err := json.Unmarshal(document, &o); err != nil {
			return err
		}
		total, ok := totals[o.Key]
		if !ok {
			return errEnough
		}
		if got, want := cents(o.Total), cents(total); got < want-2*tpchLines || got > want || o.Status != statuses[o.Key] { // each line is rounded down, twice
			t.Errorf("order %d: total %d, status %s, want %d, %s", o.Key, got, o.Status, want, statuses[o.Key])
		}
		delete(totals, o.Key)
		return nil
	})
	if !errors.Is(err, errEnough) || len(totals) > 0 {
		t.Errorf("%v; lines without an order: %v", err, totals)
	}
}

func cents(v float64) int { return int(v*100 + 0.5) }

// TestTPCHRemarks looks for the suppliers that q16 leaves out, and their like, in what dbgen makes at SF 1.
func TestTPCHRemarks(t *testing.T) {
	counts := map[string]int{}
	err := generateTPCHSupplier(1, func(document []byte) error {
		for _, kind := range []string{"Complaints", "Recommends"} {
			if at := bytes.Index(document, []byte("Customer ")); at >= 0 && bytes.Contains(document[at:], []byte(kind)) {
				counts[kind]++
			}
		}
		return nil
	})
	if err != nil || counts["Complaints"] != 4 || counts["Recommends"] != 5 {
		t.Errorf("%v, %v", counts, err)
	}
}

// TestTPCHData compares with dbgen's own files, where their folder stands beside the project's: every value
// of every row.
func TestTPCHData(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "suites", "tpch", "data")
	if _, err := os.Stat(root); err != nil {
		t.Logf("nothing to compare with: no %s", root)
		return
	}
	for _, table := range tpch.Tables {
		file, err := os.Open(filepath.Join(root, table.Name+".tbl.gz"))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		text, err := gzip.NewReader(file)
		if err != nil {
			t.Fatal(err)
		}
		rows, lines := 0, bufio.NewScanner(text)
		err = table.Generate(0.01, func(document []byte) error {
			rows++
			lines.Scan()
			got, err := tpchRow(document)
			if err == nil && got != lines.Text() {
				t.Errorf("%s, row %d:\n got %s\nwant %s", table.Name, rows, got, lines.Text())
				return errEnough
			}
			return err
		})
		if err != nil {
			t.Error(err)
		} else if lines.Scan() {
			t.Errorf("%s has rows beyond %d: %s", table.Name, rows, lines.Text())
		}
	}
}

// tpchRow writes a document as dbgen does: a | behind each value.
func tpchRow(document []byte) (string, error) {
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	var out strings.Builder
	if _, err := d.Token(); err != nil {
		return "", err
	}
	for d.More() {
		if _, err := d.Token(); err != nil { // the name
			return "", err
		}
		value, err := d.Token()
		if err != nil {
			return "", err
		}
		switch v := value.(type) {
		case json.Number:
			out.WriteString(v.String())
		case string:
			out.WriteString(v)
		}
		out.WriteByte('|')
	}
	return out.String(), nil
}
