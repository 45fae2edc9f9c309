package workload

// tpchLines is how many lines an order has at most.
const tpchLines = 7

// tpchOrder makes what orders and their lines both depend on. Tables are made apart: each draws it anew.
type tpchOrder struct {
	date, lines                            tpchStream
	quantity, discount, tax, part, shipped tpchStream
	parts                                  int
}

func newTPCHOrder(factor float64) *tpchOrder {
	return &tpchOrder{
		date: newTPCHStream(1066728069, 1), lines: newTPCHStream(1434868289, 1), quantity: newTPCHStream(209208115, tpchLines),
		discount: newTPCHStream(554590007, tpchLines), tax: newTPCHStream(721958466, tpchLines), part: newTPCHStream(1808217256, tpchLines),
		shipped: newTPCHStream(1769349045, tpchLines), parts: tpchRows(tpchParts, factor),
	}
}

// begin draws the day of the next order, and how many lines it has.
func (o *tpchOrder) begin() (date, lines int) {
	for _, s := range []*tpchStream{&o.quantity, &o.discount, &o.tax, &o.part, &o.shipped} {
		if s.drawn > 0 {
			s.rest()
		}
	}
	return o.date.between(0, tpchLastOrder), o.lines.between(1, tpchLines)
}

// tpchLine is a line of an order. Prices are cents, discount and tax hundredths, shipped is a date.
type tpchLine struct{ quantity, discount, tax, part, price, shipped int }

func (o *tpchOrder) line(date int) tpchLine {
	l := tpchLine{
		quantity: o.quantity.between(1, 50), discount: o.discount.between(0, 10), tax: o.tax.between(0, 8),
		part: o.part.between(1, o.parts), shipped: date + o.shipped.between(1, 121),
	}
	l.price = tpchPrice(l.part) * l.quantity
	return l
}

// tpchOrderKey is the key of the nth order: of 32 numbers, the first eight are used.
func tpchOrderKey(n int) int { return n>>3<<5 | n&7 }

func generateTPCHOrders(factor float64, emit func([]byte) error) error {
	var (
		o               = newTPCHOrder(factor)
		customer, clerk = newTPCHStream(851767375, 1), newTPCHStream(1171034773, 1)
		priority        = newTPCHStream(591449447, 1)
		comment         = newTPCHStream(276090261, tpchCommentDraws)
		customers       = tpchRows(tpchCustomers, factor)
		f               flat
	)
	for n := 1; n <= tpchRows(tpchOrders, factor); n++ {
		date, lines := o.begin()
		total, shipped := 0, 0
		for range lines {
			l := o.line(date)
			total += l.price * (100 - l.discount) / 100 * (100 + l.tax) / 100
			if l.shipped <= tpchToday {
				shipped++
			}
		}
		status := "P"
		switch shipped {
		case lines:
			status = "F"
		case 0:
			status = "O"
		}
		f.begin()
		f.integer("o_orderkey", tpchOrderKey(n))
		f.integer("o_custkey", tpchBuyer(customer.between(1, customers), customers))
		f.text("o_orderstatus", status)
		f.money("o_totalprice", total)
		f.text("o_orderdate", tpchDates[date])
		f.text("o_orderpriority", priority.pick(tpchPriorities))
		f.numbered("o_clerk", "Clerk#", clerk.between(1, max(tpchClerks, tpchRows(tpchClerks, factor))))
		f.integer("o_shippriority", 0)
		f.text("o_comment", string(comment.comment(49)))
		if err := emit(f.end()); err != nil {
			return err
		}
	}
	return nil
}

// tpchBuyer is a customer near this one who buys: every third never does.
func tpchBuyer(customer, customers int) int {
	for step := 1; customer%3 == 0; step = -step {
		customer = min(customer+step, customers)
	}
	return customer
}

func generateTPCHLineitem(factor float64, emit func([]byte) error) error {
	var (
		o                   = newTPCHOrder(factor)
		supplier            = newTPCHStream(2095021727, tpchLines)
		committed, received = newTPCHStream(904914315, tpchLines), newTPCHStream(373135028, tpchLines)
		returned            = newTPCHStream(717419739, tpchLines)
		instruction, mode   = newTPCHStream(1371272478, tpchLines), newTPCHStream(675466456, tpchLines)
		comment             = newTPCHStream(1095462486, tpchLines*tpchCommentDraws)
		suppliers           = tpchRows(tpchSuppliers, factor)
		f                   flat
	)
	for n := 1; n <= tpchRows(tpchOrders, factor); n++ {
		date, lines := o.begin()
		for number := range lines {
			l := o.line(date)
			receipt := l.shipped + received.between(1, 30)
			flag, status := "N", "O"
			if receipt <= tpchToday {
				flag = returned.pick(tpchReturns)
			}
			if l.shipped <= tpchToday {
				status = "F"
			}
			f.begin()
			f.integer("l_orderkey", tpchOrderKey(n))
			f.integer("l_partkey", l.part)
			f.integer("l_suppkey", tpchSupplier(l.part, supplier.between(0, tpchSupplies-1), suppliers))
			f.integer("l_linenumber", number+1)
			f.integer("l_quantity", l.quantity)
			f.money("l_extendedprice", l.price)
			f.money("l_discount", l.discount)
			f.money("l_tax", l.tax)
			f.text("l_returnflag", flag)
			f.text("l_linestatus", status)
			f.text("l_shipdate", tpchDates[l.shipped])
			f.text("l_commitdate", tpchDates[date+committed.between(30, 90)])
			f.text("l_receiptdate", tpchDates[receipt])
			f.text("l_shipinstruct", instruction.pick(tpchInstructions))
			f.text("l_shipmode", mode.pick(tpchModes))
			f.text("l_comment", string(comment.comment(27)))
			if err := emit(f.end()); err != nil {
				return err
			}
		}
		for _, s := range []*tpchStream{&supplier, &committed, &received, &returned, &instruction, &mode, &comment} {
			s.rest()
		}
	}
	return nil
}
