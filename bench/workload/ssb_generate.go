package workload

import (
	"math"
	"slices"
	"strings"
	"time"
)

// Rows at scale factor 1. Parts grow with the logarithm of larger factors.
const (
	ssbOrders    = 1_500_000 // of one to seven lines, four on average: 6,000,000 of lineorder
	ssbCustomers = 30_000
	ssbSuppliers = 2_000
	ssbParts     = 200_000
)

func ssbRows(base int, factor float64) int { return int(math.Round(float64(base) * factor)) }

func ssbPartRows(factor float64) int {
	if factor < 1 {
		return ssbRows(ssbParts, factor)
	}
	return ssbParts * (1 + int(math.Log2(factor)))
}

// ssbDates are the days of the seven years, 1992 to 1998. Orders end where the latest commitment, 90 days on,
// is a day of 1998.
var (
	ssbDates     = ssbDays()
	ssbOrderDays = slices.IndexFunc(ssbDates, func(d time.Time) bool { return ssbDateKey(d) == 19980803 })
)

func ssbDays() (out []time.Time) {
	for day := time.Date(1992, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 1999; day = day.AddDate(0, 0, 1) {
		out = append(out, day)
	}
	return out
}

// ssbDateKey is a date as a number: 19980803.
func ssbDateKey(d time.Time) int { return d.Year()*10_000 + int(d.Month())*100 + d.Day() }

// ssbSeasons are the selling seasons, by month.
var ssbSeasons = [...]string{
	"Winter", "Winter", "Winter", "Spring", "Summer", "Summer", "Summer", "Summer", "Fall", "Fall", "Christmas", "Christmas",
}

// ssbHolidays are holidays, by month and day.
var ssbHolidays = map[[2]int]bool{
	{1, 1}: true, {2, 20}: true, {4, 20}: true, {5, 20}: true, {7, 20}: true, {8, 20}: true, {9, 20}: true, {10, 20}: true,
	{11, 20}: true, {12, 24}: true,
}

func generateSSBDates(_ float64, emit func([]byte) error) error {
	var f flat
	flag := func(name string, on bool) {
		n := 0
		if on {
			n = 1
		}
		f.integer(name, n)
	}
	for _, d := range ssbDates {
		weekday := d.Weekday()
		f.begin()
		f.integer("d_datekey", ssbDateKey(d))
		f.text("d_date", d.Format("January 2, 2006"))
		f.text("d_dayofweek", weekday.String())
		f.text("d_month", d.Month().String())
		f.integer("d_year", d.Year())
		f.integer("d_yearmonthnum", d.Year()*100+int(d.Month()))
		f.text("d_yearmonth", d.Format("Jan2006"))
		f.integer("d_daynuminweek", 1+int(weekday))
		f.integer("d_daynuminmonth", d.Day())
		f.integer("d_daynuminyear", d.YearDay())
		f.integer("d_monthnuminyear", int(d.Month()))
		f.integer("d_weeknuminyear", 1+(d.YearDay()-1)/7)
		f.text("d_sellingseason", ssbSeasons[d.Month()-1])
		flag("d_lastdayinweekfl", weekday == time.Saturday)
		flag("d_lastdayinmonthfl", d.AddDate(0, 0, 1).Day() == 1)
		flag("d_holidayfl", ssbHolidays[[2]int{int(d.Month()), d.Day()}])
		flag("d_weekdayfl", weekday != time.Saturday && weekday != time.Sunday)
		if err := emit(f.end()); err != nil {
			return err
		}
	}
	return nil
}

// ssbParty is what customers and suppliers have in common.
type ssbParty struct {
	*random
	flat
	address []byte
}

// fields adds address, city, nation, region and phone.
func (p *ssbParty) fields(prefix string) {
	p.address = p.appendText(p.address[:0], tpchAlphabet, 10+p.intn(16))
	p.text(prefix+"address", string(p.address))
	n := p.intn(len(tpchNations))
	nation := tpchNations[n]
	p.text(prefix+"city", ssbCity(nation.name, p.intn(10)))
	p.text(prefix+"nation", nation.name)
	p.text(prefix+"region", tpchRegions[nation.region])
	phone := appendDigits(nil, 10+n, 2)
	phone = appendDigits(append(phone, '-'), 100+p.intn(900), 3)
	phone = appendDigits(append(phone, '-'), 100+p.intn(900), 3)
	p.text(prefix+"phone", string(appendDigits(append(phone, '-'), 1000+p.intn(9000), 4)))
}

// ssbCity is one of a nation's ten cities: nine characters of its name, spaces behind short ones, and a digit.
func ssbCity(nation string, n int) string {
	const length = 9
	nation += strings.Repeat(" ", length)
	return nation[:length] + string(rune('0'+n))
}

func generateSSBCustomer(factor float64, emit func([]byte) error) error {
	p := ssbParty{random: newRandom(11)}
	for key := 1; key <= ssbRows(ssbCustomers, factor); key++ {
		p.begin()
		p.integer("c_custkey", key)
		p.numbered("c_name", "Customer#", key)
		p.fields("c_")
		p.text("c_mktsegment", tpchSegments[p.intn(len(tpchSegments))])
		if err := emit(p.end()); err != nil {
			return err
		}
	}
	return nil
}

func generateSSBSupplier(factor float64, emit func([]byte) error) error {
	p := ssbParty{random: newRandom(12)}
	for key := 1; key <= ssbRows(ssbSuppliers, factor); key++ {
		p.begin()
		p.integer("s_suppkey", key)
		p.numbered("s_name", "Supplier#", key)
		p.fields("s_")
		if err := emit(p.end()); err != nil {
			return err
		}
	}
	return nil
}

// A maker has five categories, a category 40 brands.
const (
	ssbMakers     = 5
	ssbCategories = 5
	ssbBrands     = 40
)

func generateSSBPart(factor float64, emit func([]byte) error) error {
	r := newRandom(13)
	one := func(words []string) string { return words[r.intn(len(words))] }
	var f flat
	for key := 1; key <= ssbPartRows(factor); key++ {
		color := one(tpchColors)
		f.begin()
		f.integer("p_partkey", key)
		f.text("p_name", color+" "+one(tpchColors))
		maker := string(appendDigits([]byte("MFGR#"), 1+r.intn(ssbMakers), 1))
		f.text("p_mfgr", maker)
		category := string(appendDigits([]byte(maker), 1+r.intn(ssbCategories), 1))
		f.text("p_category", category)
		brand, digits := 1+r.intn(ssbBrands), 2
		if brand < 10 {
			digits = 1
		}
		f.text("p_brand1", string(appendDigits([]byte(category), brand, digits)))
		f.text("p_color", color)
		f.text("p_type", one(tpchTypes))
		f.integer("p_size", 1+r.intn(50))
		f.text("p_container", one(tpchContainers))
		if err := emit(f.end()); err != nil {
			return err
		}
	}
	return nil
}

// ssbLine is a line of an order. Money is cents, discount and tax hundredths.
type ssbLine struct {
	part, supplier, commit     int
	quantity, discount, tax    int
	price, revenue, supplyCost int
	mode                       string
}

// ssbLines is how many lines an order has at most.
const ssbLines = 7

func generateSSBLineorder(factor float64, emit func([]byte) error) error {
	r := newRandom(14)
	customers, suppliers, parts := ssbRows(ssbCustomers, factor), ssbRows(ssbSuppliers, factor), ssbPartRows(factor)
	var f flat
	var lines []ssbLine
	for n := 1; n <= ssbRows(ssbOrders, factor); n++ {
		customer, day := 1+r.intn(customers), r.intn(ssbOrderDays)
		date, priority := ssbDateKey(ssbDates[day]), tpchPriorities[r.intn(len(tpchPriorities))]
		total := 0
		lines = lines[:0]
		for range 1 + r.intn(ssbLines) {
			l := ssbLine{
				part: 1 + r.intn(parts), supplier: 1 + r.intn(suppliers), commit: ssbDateKey(ssbDates[day+30+r.intn(61)]),
				quantity: 1 + r.intn(50), discount: r.intn(11), tax: r.intn(9), mode: tpchModes[r.intn(len(tpchModes))],
			}
			price := tpchPrice(l.part)
			l.price, l.supplyCost = price*l.quantity, price*6/10
			l.revenue = l.price * (100 - l.discount) / 100
			total += l.revenue * (100 + l.tax) / 100
			lines = append(lines, l)
		}
		for number, l := range lines {
			f.begin()
			f.integer("lo_orderkey", tpchOrderKey(n))
			f.integer("lo_linenumber", number+1)
			f.integer("lo_custkey", customer)
			f.integer("lo_partkey", l.part)
			f.integer("lo_suppkey", l.supplier)
			f.integer("lo_orderdate", date)
			f.text("lo_orderpriority", priority)
			f.integer("lo_shippriority", 0)
			f.integer("lo_quantity", l.quantity)
			f.integer("lo_extendedprice", l.price)
			f.integer("lo_ordtotalprice", total)
			f.integer("lo_discount", l.discount)
			f.integer("lo_revenue", l.revenue)
			f.integer("lo_supplycost", l.supplyCost)
			f.integer("lo_tax", l.tax)
			f.integer("lo_commitdate", l.commit)
			f.text("lo_shipmode", l.mode)
			if err := emit(f.end()); err != nil {
				return err
			}
		}
	}
	return nil
}
