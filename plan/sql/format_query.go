package sql

func (f *formatter) query(q *Query) {
	if q.With != nil {
		f.text("WITH ")
		if q.With.Recursive {
			f.text("RECURSIVE ")
		}
		commas(f, q.With.Tables, func(t CommonTable) {
			f.name(t.Name.Text, reserved|starts|follows|calls)
			if t.Columns != nil {
				f.nameList(t.Columns)
			}
			f.text(" AS ")
			f.subquery(t.Query)
		})
		f.text(" ")
	}
	onlyHints := q.Hints != nil && q.OrderBy == nil && q.Limit == nil && q.Offset == nil
	if onlyHints && takesHints(q.Body) {
		f.text("(")
		f.body(q.Body, 0)
		f.text(")")
	} else {
		f.body(q.Body, 0)
	}
	f.orderBy(" ", q.OrderBy)
	if q.WithTies {
		f.text(" FETCH FIRST (")
		f.expr(q.Limit, lowest)
		f.text(") ROWS WITH TIES")
	} else {
		f.clause(" LIMIT ", q.Limit)
	}
	f.clause(" OFFSET ", q.Offset)
	f.options(" HINT", q.Hints)
}

// takesHints tells whether hints written after b would belong to its last table or join.
func takesHints(b Body) bool {
	switch b := b.(type) {
	case *SetOperation:
		return takesHints(b.Right)
	case *Select:
		if b.From == nil || b.Where != nil || b.GroupBy != nil || b.Having != nil ||
			b.Windows != nil || b.Qualify != nil || b.ClusterBy != nil {
			return false
		}
		switch last := b.From[len(b.From)-1].(type) {
		case *TableRef:
			return last.Hints == nil
		case *Join:
			return last.Hints == nil
		}
	}
	return false
}

// subquery writes (query).
func (f *formatter) subquery(q *Query) {
	f.text("(")
	f.query(q)
	f.text(")")
}

// body writes b, in parentheses unless its set operations bind tighter than level.
func (f *formatter) body(b Body, level int) {
	switch b := b.(type) {
	case *Select:
		f.selectBody(b)
	case *Values:
		f.text("VALUES ")
		commas(f, b.Rows, func(row []Expr) { f.list("(", row) })
	case *Query:
		f.subquery(b)
	case *SetOperation:
		l := setLevels[b.Op]
		if l <= level {
			f.text("(")
			defer f.text(")")
		}
		f.body(b.Left, l-1)
		f.text(" ", b.Op, " ")
		if b.All {
			f.text("ALL ")
		}
		f.body(b.Right, l)
	}
}

func (f *formatter) selectBody(s *Select) {
	f.text("SELECT ")
	if s.Distinct {
		f.text("DISTINCT ")
	}
	if s.DistinctOn != nil {
		f.list("ON (", s.DistinctOn)
		f.text(" ")
	}
	commas(f, s.Items, func(i SelectItem) {
		f.expr(i.Expr, lowest)
		f.alias(i.Alias)
	})
	if s.From != nil {
		f.text(" FROM ")
		commas(f, s.From, f.table)
	}
	f.where(s.Where)
	if s.GroupBy != nil {
		f.text(" GROUP BY ")
		commas(f, s.GroupBy, f.grouping)
	}
	f.clause(" HAVING ", s.Having)
	if s.Windows != nil {
		f.text(" WINDOW ")
		commas(f, s.Windows, func(w NamedWindow) {
			f.name(w.Name.Text, reserved|follows)
			f.text(" AS ")
			f.windowSpec(w.Window)
		})
	}
	f.clause(" QUALIFY ", s.Qualify)
	if s.ClusterBy != nil {
		f.text(" CLUSTER BY ")
		f.exprs(s.ClusterBy)
	}
}

func (f *formatter) grouping(g Grouping) {
	switch {
	case g.Kind != "":
		f.text(g.Kind, " (")
		commas(f, g.Elements, f.grouping)
		f.text(")")
	case len(g.Exprs) == 1:
		f.expr(g.Exprs[0], lowest)
	default:
		f.list("(", g.Exprs)
	}
}

func (f *formatter) orderBy(before string, items []OrderItem) {
	if items == nil {
		return
	}
	f.text(before, "ORDER BY ")
	commas(f, items, func(o OrderItem) {
		f.expr(o.Expr, lowest)
		if o.Descending {
			f.text(" DESC")
		}
		if o.Nulls != "" {
			f.text(" NULLS ", o.Nulls)
		}
	})
}

func (f *formatter) table(t Table) {
	switch t := t.(type) {
	case *Join:
		f.join(t)
	case *TableRef:
		if t.Lateral {
			f.text("LATERAL ")
		}
		f.source(t.Source)
		f.alias(t.Alias)
		if t.Columns != nil {
			f.nameList(t.Columns)
		}
		if t.Sample != nil {
			f.text(" TABLESAMPLE ", t.Sample.Method, " (")
			f.expr(t.Sample.Percent, lowest)
			f.text(")")
			if t.Sample.Seed != nil {
				f.list(" REPEATABLE (", []Expr{t.Sample.Seed})
			}
		}
		f.options(" HINT", t.Hints)
	}
}

func (f *formatter) source(s Source) {
	switch s := s.(type) {
	case *TableName:
		f.tableName(s)
	case *Query:
		f.subquery(s)
	case *Unnest:
		f.text("UNNEST(")
		f.expr(s.Expr, lowest)
		f.alias(s.Element)
		if s.Ordinality {
			f.text(" WITH ORDINALITY")
			f.alias(s.Ordinal)
		}
		f.text(")")
	case *TableFunction:
		f.call(s.Call, reserved|follows|starts|calls)
		if s.Ordinality {
			f.text(" WITH ORDINALITY")
		}
	case Table:
		f.text("(")
		f.table(s)
		f.text(")")
	}
}

func (f *formatter) join(j *Join) {
	f.table(j.Left)
	f.text(" ")
	if j.Natural {
		f.text("NATURAL ")
	}
	f.text(j.Kind, " JOIN ")
	if right, ok := j.Right.(*Join); ok {
		f.text("(")
		f.join(right)
		f.text(")")
	} else {
		f.table(j.Right)
	}
	f.clause(" ON ", j.On)
	if j.Using != nil {
		f.text(" USING ")
		f.nameList(j.Using)
	}
	f.options(" HINT", j.Hints)
}
