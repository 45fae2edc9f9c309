package vec

// split puts the rows of a batch into groups by the types of the Dynamic arguments, one argument after
// the other: each refines the groups made by the one before.
type split struct {
	ids    []uint32 // by row: its group, or noGroup
	groups []group  // of all arguments so far; those of the last one have the rows
	first  int      // the last argument's first group
	table  []uint32 // of one argument: group before x type -> group
	rows   []uint32 // row numbers, by group
	starts []uint32 // group first+g has rows[starts[g]:starts[g+1]]
	codes  []uint32
	args   []*Vector // of one group
	pool   []*Vector
	result []*Vector // by group
}

type group struct {
	parent uint32 // the group of the Dynamic argument before
	t      Type
}

const noGroup = 1<<32 - 1

// nulls is any number of nulls, to append rows of; read only.
var nulls = NewConst(NullValue(), 1<<31-1)

func (s *split) bytes() int {
	n := 4*(cap(s.ids)+cap(s.table)+cap(s.rows)+cap(s.starts)+cap(s.codes)) + 8*cap(s.groups)
	for _, v := range s.pool {
		n += v.Bytes()
	}
	for _, v := range s.result {
		n += v.Bytes()
	}
	return n
}

// applySplit is apply where some arguments are Dynamic.
func applySplit(out *Vector, args []*Vector, rows int, pick Pick, strict bool) error {
	s := &out.scratch.split
	s.group(args, rows, strict)
	groups := len(s.starts) - 1
	if groups == 1 && len(s.rows) == rows {
		return apply(out, s.arguments(0, args, rows), rows, pick, strict)
	}
	s.result = atLeast(s.result, groups)
	for g := range groups {
		n := int(s.starts[g+1] - s.starts[g])
		if err := apply(s.result[g], s.arguments(g, args, rows), n, pick, strict); err != nil {
			return err
		}
	}
	s.stitch(out, s.result[:groups], rows)
	return nil
}

// group finds the groups. A strict function's rows with a null are in none.
func (s *split) group(args []*Vector, rows int, strict bool) {
	s.ids = extend(s.ids[:0], rows)
	if strict {
		for _, arg := range args {
			s.dropNulls(arg)
		}
	}
	s.groups, s.first = append(s.groups[:0], group{}), 0
	for _, arg := range args {
		if arg.Type == Dynamic {
			s.refine(arg, strict)
		}
	}
	s.collect()
}

func (s *split) dropNulls(arg *Vector) {
	if arg.Valid == nil || arg.Form == Const {
		return
	}
	for i := range s.ids {
		if !Bit(arg.Valid, i) {
			s.ids[i] = noGroup
		}
	}
}

// refine splits the groups so far by arg's types; of a strict function no row in a group is null.
func (s *split) refine(arg *Vector, strict bool) {
	before, end := s.first, len(s.groups)
	s.first = end
	s.table = sized(s.table, (end-before)*typeCount)
	for k := range s.table {
		s.table[k] = noGroup
	}
	var types [256]Type // by tag
	for tag, part := range arg.Parts {
		types[tag] = part.Type
	}
	for i, id := range s.ids {
		if id == noGroup {
			continue
		}
		t := types[arg.Tags[i]]
		if !strict && arg.IsNull(i) {
			t = arg.TypeAt(i)
		}
		k := (int(id)-before)*typeCount + int(t)
		if s.table[k] == noGroup {
			s.table[k] = uint32(len(s.groups))
			s.groups = append(s.groups, group{id, t})
		}
		s.ids[i] = s.table[k]
	}
}

// collect lists the rows of each group.
func (s *split) collect() {
	groups := len(s.groups) - s.first
	s.starts = extend(s.starts[:0], groups+1)
	total := 0
	for _, id := range s.ids {
		if id != noGroup {
			s.starts[int(id)-s.first+1]++
			total++
		}
	}
	for g := range groups {
		s.starts[g+1] += s.starts[g]
	}
	s.rows = sized(s.rows, total)
	for i, id := range s.ids {
		if id != noGroup {
			g := int(id) - s.first
			s.rows[s.starts[g]] = uint32(i)
			s.starts[g]++
		}
	}
	copy(s.starts[1:], s.starts[:groups])
	s.starts[0] = 0
}

// arguments are args for group g alone: the rows of the group, none Dynamic.
func (s *split) arguments(g int, args []*Vector, rows int) []*Vector {
	s.pool = atLeast(s.pool, len(args))
	s.args = append(s.args[:0], args...)
	take := s.rows[s.starts[g]:s.starts[g+1]]
	at := s.groups[s.first+g]
	for i := len(args) - 1; i >= 0; i-- {
		arg, mine := args[i], s.pool[i]
		switch {
		case arg.Type == Dynamic:
			s.args[i] = s.part(mine, arg, at.t, take)
			at = s.groups[at.parent]
		case len(take) == rows:
		case arg.Form == Const:
			mine.Slice(arg, 0, len(take))
			s.args[i] = mine
		default:
			mine.Take(arg, take)
			s.args[i] = mine
		}
	}
	return s.args
}

// part is arg's rows of the numbers in take, all of type t: a part of arg as it is when those are its
// rows, else copied to mine.
func (s *split) part(mine, arg *Vector, t Type, take []uint32) *Vector {
	if t.IsNull() {
		mine.SetNulls(len(take), t == Undefined)
		return mine
	}
	part := arg.Parts[arg.Tags[take[0]]]
	s.codes = gather(s.codes[:0], arg.Codes, take)
	if len(take) == part.Rows && ascending(s.codes) {
		return part
	}
	mine.Take(part, s.codes)
	return mine
}

// ascending tells whether codes are 0, 1, 2 ...
func ascending(codes []uint32) bool {
	for i, code := range codes {
		if code != uint32(i) {
			return false
		}
	}
	return true
}

// stitch puts the groups' results together in the rows' order; rows of no group are null.
func (s *split) stitch(out *Vector, results []*Vector, rows int) {
	if t := commonType(results); t != Dynamic {
		s.scatter(out, results, t, rows)
		return
	}
	out.Reset(Null)
	taken := extend(s.codes[:0], len(results)) // rows, of each group
	s.codes = taken
	for i := 0; i < rows; {
		id, end := s.ids[i], i+1
		for end < rows && s.ids[end] == id {
			end++
		}
		if id == noGroup {
			out.AppendRows(nulls, 0, end-i)
		} else {
			g := int(id) - s.first
			at := int(taken[g])
			taken[g] += uint32(end - i)
			out.AppendRows(results[g], at, at+end-i)
		}
		i = end
	}
}

// commonType is the one type of fixed width that results, Flat, have, or Dynamic when there is none. Results
// that are null throughout have every type.
func commonType(results []*Vector) Type {
	t := Null
	for _, v := range results {
		layout := v.Type.Layout()
		switch {
		case v.Undef != nil || layout == Varlen || layout == Union:
			return Dynamic
		case v.Type.IsNull():
		case v.Form != Flat || t != Null && t != v.Type:
			return Dynamic
		default:
			t = v.Type
		}
	}
	return t
}

// scatter is stitch for results of a type of fixed width.
func (s *split) scatter(out *Vector, results []*Vector, t Type, rows int) {
	out.Make(t, rows)
	valid := out.MakeValid(false)
	for g, v := range results {
		if v.Type.IsNull() {
			continue
		}
		list := s.rows[s.starts[g]:s.starts[g+1]]
		for k, row := range list {
			if v.Valid == nil || Bit(v.Valid, k) {
				valid[row>>6] |= 1 << (row & 63)
			}
		}
		switch t.Layout() {
		case Bitmap:
			for k, row := range list {
				SetBit(out.Bits, int(row), Bit(v.Bits, k))
			}
		case Int64s:
			scatter(out.I64, v.I64, list)
		case Float64:
			scatter(out.F64, v.F64, list)
		}
	}
}

func scatter[T any](dst, src []T, rows []uint32) {
	src = src[:len(rows)]
	for k, row := range rows {
		dst[row] = src[k]
	}
}
