package vec

import "github.com/outcropdb/outcrop/vec/simd"

// Kernel computes out, which it Resets or Makes, from args, each of one type, never Dynamic, Flat or
// Const but not all Const, and rows long. There is at least one row. It may leave out in any form and of
// any type, also Dynamic; out may alias args.
//
// Null rows. A strict kernel, called by Apply, computes every row as if none were null and lets Apply
// clear those that are: a null row's element holds something of its type (mostly zero or empty, but an
// Array or Object may be no encoded value at all: ask AnyNull before reading one). So a kernel that can
// fail, and finds a row to fail for, asks AnyNull first. It may make further rows null or undefined itself
// through out.Valid and out.Undef. A kernel called by ApplyNulls sees nulls and decides itself: out's
// validity is all its own.
type Kernel func(out *Vector, args []*Vector, rows int) error

// Pick chooses the kernel for arguments of these types; nil makes the rows null. It keeps no reference to
// types. Types are never Dynamic or Undefined; Null only for ApplyNulls.
type Pick = func(types []Type) (Kernel, error)

// Apply computes a strict function, one whose result is null where an argument is null or undefined, over
// args of any form and type, each rows long. Without arguments it calls the kernel once for one row.
// pick is asked once per combination of types that stands in some row without nulls, in the usual case
// once per batch. out is not one of args, nor held by one.
//
//   - All args Const: the kernel sees one row; out is Const.
//   - One Dict, the others Const: the kernel sees the dictionary, when that is no longer than the batch;
//     out is a Dict if it is Varlen. An error there is ignored, since no row may have that value, and the
//     rows are looked at one by one.
//   - Dynamic: rows are split by their types, the kernels run on dense parts, and the answers are put
//     together: typed when they agree, else Dynamic.
func Apply(out *Vector, args []*Vector, rows int, pick Pick) error {
	return apply(out, args, rows, pick, true)
}

// ApplyNulls is Apply for a function that looks at nulls itself, like COALESCE: pick may get Null as a
// type, for an argument that is a Const of nulls; others have their validity. A Dict is evaluated through
// its dictionary only if no row is null.
func ApplyNulls(out *Vector, args []*Vector, rows int, pick Pick) error {
	return apply(out, args, rows, pick, false)
}

// AnyNull tells whether row i of any of args is null or undefined.
func AnyNull(args []*Vector, i int) bool {
	for _, arg := range args {
		if arg.IsNull(i) {
			return true
		}
	}
	return false
}

// scratch is what Apply needs between args and out, and Take. It stays with the vector from batch to batch.
type scratch struct {
	types []Type
	args  []*Vector // as the kernel gets them: the caller's or out of pool
	pool  []*Vector
	dict  Vector // results by dictionary value; the Values of a Dict result
	split split
	codes []uint32 // of one part, taken
	taken Vector   // rows on their way from one vector to another
}

func (s *scratch) bytes() int {
	n := s.dict.Bytes() + s.split.bytes() + 4*cap(s.codes) + s.taken.Bytes()
	for _, v := range s.pool {
		n += v.Bytes()
	}
	return n
}

// begin makes room for n arguments.
func (s *scratch) begin(n int) {
	s.pool = atLeast(s.pool, n)
	s.types, s.args = s.types[:0], s.args[:0]
}

// atLeast adds new vectors to pool until there are n.
func atLeast(pool []*Vector, n int) []*Vector {
	for len(pool) < n {
		pool = append(pool, new(Vector))
	}
	return pool
}

func apply(out *Vector, args []*Vector, rows int, pick Pick, strict bool) error {
	if rows == 0 {
		out.Reset(Null)
		return nil
	}
	if out.scratch == nil {
		out.scratch = new(scratch)
	}
	constant, dynamic := true, false
	for _, arg := range args {
		if strict && (arg.Type.IsNull() || arg.Form == Const && arg.IsNull(0)) {
			out.SetNulls(rows, false)
			return nil
		}
		constant = constant && arg.Form == Const
		dynamic = dynamic || arg.Type == Dynamic
	}
	if dynamic {
		return applySplit(out, args, rows, pick, strict)
	}
	s := out.scratch
	s.begin(len(args))
	for _, arg := range args {
		t := arg.Type
		if arg.Form == Const && arg.IsNull(0) || t == Undefined {
			t = Null
		}
		s.types = append(s.types, t)
	}
	kernel, err := pick(s.types)
	switch {
	case err != nil && !(strict && allNull(args, rows)):
		return err
	case kernel == nil || err != nil:
		out.SetNulls(rows, false)
		return nil
	case constant:
		return applyConst(out, args, rows, kernel)
	}
	return applyTyped(out, args, rows, kernel, strict)
}

// allNull tells whether every row has a null, so that no row is to blame for its types.
func allNull(args []*Vector, rows int) bool {
	for i := range rows {
		if !AnyNull(args, i) {
			return false
		}
	}
	return true
}

// applyConst computes one row, given as Flat vectors.
func applyConst(out *Vector, args []*Vector, rows int, kernel Kernel) error {
	s := out.scratch
	for i, arg := range args {
		one := s.pool[i]
		one.Slice(arg, 0, 1)
		one.Form = Flat
		s.args = append(s.args, one)
	}
	if err := kernel(out, s.args, 1); err != nil {
		return err
	}
	out.toConst(rows)
	return nil
}

// toConst makes v, of one row in any form, Const.
func (v *Vector) toConst(rows int) {
	switch {
	case v.IsNull(0):
		v.SetNulls(rows, v.IsUndefined(0))
		return
	case v.Form == Dict || v.Type == Dynamic:
		leaf, at := v.leaf(0)
		val := leaf.AppendValue(nil, at)
		v.SetConst(val, rows)
		return
	}
	v.Form, v.Rows = Const, rows
}

// applyTyped runs the kernel on args without Dynamic, not all Const.
func applyTyped(out *Vector, args []*Vector, rows int, kernel Kernel, strict bool) error {
	s := out.scratch
	if at := onlyDict(args, rows, strict); at >= 0 {
		s.args = append(s.args, args...)
		s.args[at] = args[at].Values
		if kernel(&s.dict, s.args, args[at].Values.Rows) == nil {
			spread(out, args[at], &s.dict)
			return nil
		}
		s.args = s.args[:0]
	}
	for i, arg := range args {
		if arg.Form == Dict {
			s.pool[i].Flatten(arg)
			arg = s.pool[i]
		}
		s.args = append(s.args, arg)
	}
	if err := kernel(out, s.args, rows); err != nil {
		return err
	}
	if strict {
		for _, arg := range s.args {
			out.clearNulls(arg)
		}
	}
	return nil
}

// onlyDict finds the one argument that is a Dict, worth to be computed on its dictionary, when all others
// are Const; or gives -1.
func onlyDict(args []*Vector, rows int, strict bool) int {
	at := -1
	for i, arg := range args {
		switch {
		case arg.Form == Const:
		case arg.Form == Dict && at < 0 && 0 < arg.Values.Rows && arg.Values.Rows <= rows && (strict || arg.Valid == nil):
			at = i
		default:
			return -1
		}
	}
	return at
}

// spread makes out the value of each row of codes, given the values of its dictionary.
func spread(out, codes, values *Vector) {
	if values.Type.Layout() == Varlen && values.Form == Flat && values.Valid == nil {
		out.Reset(values.Type)
		out.Form, out.Rows, out.Values = Dict, codes.Rows, values
		out.Codes = append(out.Codes, codes.Codes[:codes.Rows]...)
	} else {
		out.Take(values, codes.Codes[:codes.Rows])
	}
	out.clearNulls(codes)
}

// clearNulls makes the rows of v null that are null in arg, of the same number of rows; v is writable.
func (v *Vector) clearNulls(arg *Vector) {
	if arg.Valid == nil || arg.Form == Const || v.Type.IsNull() && v.Undef == nil {
		return
	}
	if v.Form == Const {
		v.expand()
	}
	words := Words(v.Rows)
	if valid := v.Valid; valid == nil || v.shared {
		copyOrFill(v.bitmap(validSpare, words), valid)
		v.Valid = v.spare[validSpare]
	}
	simd.And(v.Valid[:words], v.Valid, arg.Valid)
	if v.Undef == nil {
		return
	}
	if v.shared {
		copyOrFill(v.bitmap(undefSpare, words), v.Undef)
		v.Undef = v.spare[undefSpare]
	}
	simd.And(v.Undef[:words], v.Undef, arg.Valid)
}

func copyOrFill(dst, src []uint64) {
	if src == nil {
		fill(dst, true)
	} else {
		copy(dst, src)
	}
}

// expand makes v, Const, Flat.
func (v *Vector) expand() {
	var flat Vector
	flat.Flatten(v)
	flat.scratch = v.scratch
	*v = flat
}
