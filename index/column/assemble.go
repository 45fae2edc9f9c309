package column

import (
	"github.com/outcropdb/outcrop/vec"
)

// Column reads path for docs from..to-1 into out, which it resets. out has the one type that the values
// have in this range, or is Dynamic when they disagree; it may alias the view.
func (v *View) Column(out *vec.Vector, path vec.Path, from, to int) error {
	return v.read(out, path, Selection{From: from, To: to})
}

// Gather reads path for the given docs, ascending, into out.
func (v *View) Gather(out *vec.Vector, path vec.Path, docs []uint32) error {
	return v.read(out, path, Selection{Docs: docs[:len(docs):len(docs)]})
}

func (v *View) read(out *vec.Vector, path vec.Path, selection Selection) error {
	if selection.Len() == 0 {
		out.SetNulls(0, true)
		return nil
	}
	var nulls, only Sub
	found, defined := 0, 0 // types of values, and docs that have the path
	for _, sub := range v.At(path) {
		if sub.Type() == Rest {
			return v.readRest(out, path, sub, selection)
		}
		count, err := sub.Present(nil, selection)
		switch {
		case err != nil:
			return err
		case count == 0:
			continue
		case sub.Type() == vec.Null:
			nulls = sub
		default:
			only = sub
			found++
		}
		defined += count
	}
	switch rows := selection.Len(); {
	case found == 1:
		if err := v.readSub(out, path, only, selection); err != nil {
			return err
		}
	case found > 1:
		if err := v.readUnion(out, path, selection); err != nil {
			return err
		}
	case defined == 0 || defined == rows:
		out.SetNulls(rows, defined == 0)
		return nil
	default:
		out.Make(vec.Null, rows)
	}
	if defined < selection.Len() {
		return tellUndefined(out, nulls, selection)
	}
	return nil
}

// tellUndefined sets Undef of out where a row is neither valid nor in nulls, which may be nil.
func tellUndefined(out *vec.Vector, nulls Sub, selection Selection) error {
	undef := out.MakeUndef(false)
	if nulls != nil {
		if _, err := nulls.Present(undef, selection); err != nil {
			return err
		}
	}
	for i := range undef {
		undef[i] = ^(undef[i] | out.Valid[i])
	}
	if tail := out.Rows & 63; tail != 0 {
		undef[len(undef)-1] &= 1<<tail - 1
	}
	return nil
}

// readSub reads one sub-column; objects come from the documents.
func (v *View) readSub(out *vec.Vector, path vec.Path, sub Sub, selection Selection) error {
	if sub.Type() != vec.Object {
		return sub.Read(out, selection)
	}
	rows := selection.Len()
	out.Make(vec.Object, rows)
	valid := out.MakeValid(false)
	count, err := sub.Present(valid, selection)
	if err != nil {
		return err
	}
	for i := range rows {
		if vec.Bit(valid, i) {
			doc, err := v.docs.Document(selection.Doc(i))
			if err != nil {
				return err
			}
			out.Data = append(out.Data, doc.At(path)...)
		}
		out.Offsets[i+1] = uint32(len(out.Data))
	}
	if count == rows {
		out.Valid = nil
	}
	return nil
}

// readUnion reads sub-columns that disagree: each part holds the rows of its type alone, so that no kernel
// meets rows that are not of its type.
func (v *View) readUnion(out *vec.Vector, path vec.Path, selection Selection) error {
	rows := selection.Len()
	out.Reset(vec.Dynamic)
	out.Rows = rows
	valid := out.MakeValid(false)
	out.Tags, out.Codes = make([]uint8, rows), make([]uint32, rows)
	var sparse, dense vec.Vector
	var here []uint32
	for _, sub := range v.At(path) {
		if sub.Type() == vec.Null {
			continue
		}
		if err := v.readSub(&sparse, path, sub, selection); err != nil {
			return err
		}
		here = here[:0]
		for i := range rows {
			if !sparse.IsNull(i) {
				vec.SetBit(valid, i, true)
				out.Tags[i], out.Codes[i] = uint8(len(out.Parts)), uint32(len(here))
				here = append(here, uint32(i))
			}
		}
		if len(here) == 0 {
			continue
		}
		dense.Take(&sparse, here)
		part := new(vec.Vector)
		part.Flatten(&dense)
		part.Valid = nil // of the rows taken, all are
		out.Parts = append(out.Parts, part)
	}
	return nil
}

// readRest reads a path that has no sub-columns from the documents that may have it.
func (v *View) readRest(out *vec.Vector, path vec.Path, rest Sub, selection Selection) error {
	rows := selection.Len()
	mayHave := make([]uint64, vec.Words(rows))
	if _, err := rest.Present(mayHave, selection); err != nil {
		return err
	}
	out.Reset(vec.Null)
	for i := range rows {
		var value vec.Value
		if vec.Bit(mayHave, i) {
			doc, err := v.docs.Document(selection.Doc(i))
			if err != nil {
				return err
			}
			value = doc.At(path)
		}
		out.Append(value)
	}
	return nil
}
