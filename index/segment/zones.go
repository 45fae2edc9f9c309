package segment

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/vec"
)

// Numbers that ascend with doc ids have no inverted list: their zone maps are as good as one.

// maxZoneShare is the largest part of a segment's zones that are read in the place of a list: 1/8.
const maxZoneShare = 8

// zones are the ranges of docs whose zone maps do not rule a candidate of fixed width out, all but the last
// vec.BatchRows long.
func (c candidate) zones(stored *column.Stored, rows int) (from []int) {
	for at := 0; at < rows; at += vec.BatchRows {
		if !stored.Skips(c.spans, at, min(at+vec.BatchRows, rows)) {
			from = append(from, at)
		}
	}
	return from
}

// estimateByZones is at most how many docs lookUpByZones finds; ok is false when it would not look.
func (c candidate) estimateByZones(rows int) (n int, ok bool) {
	from, err := c.fewZones(rows)
	return len(from) * vec.BatchRows, err == nil && from != nil
}

// fewZones are the zones to read; nil if they are too many, or values have no keys.
func (c candidate) fewZones(rows int) ([]int, error) {
	if layout := c.typ.Layout(); layout != vec.Int64s && layout != vec.Float64 {
		return nil, nil
	}
	stored, err := c.load()
	if err != nil {
		return nil, err
	}
	from := c.zones(stored, rows)
	if len(from) > 1 && len(from)*maxZoneShare*vec.BatchRows > rows {
		return nil, nil
	}
	return from, nil
}

// lookUpByZones adds the docs whose values are in the candidate's spans; ok is false when there are too
// many zones to read.
func (c candidate) lookUpByZones(docs *roaring.Bitmap, rows int) (ok bool, err error) {
	from, err := c.fewZones(rows)
	if err != nil || from == nil {
		return false, err
	}
	var values vec.Vector
	for _, at := range from {
		if err := c.Read(&values, column.Selection{From: at, To: min(at+vec.BatchRows, rows)}); err != nil {
			return false, err
		}
		for i := range values.Rows {
			if !values.IsNull(i) && c.has(&values, i) {
				docs.Add(uint32(at + i))
			}
		}
	}
	return true, nil
}

// has tells whether row i is in one of the spans.
func (c candidate) has(v *vec.Vector, i int) bool {
	var key int64
	if at := v.At(i); v.Form == vec.Dict {
		key = keyOf(v.Values, at)
	} else {
		key = keyOf(v, at)
	}
	return slices.ContainsFunc(c.spans, func(s vec.Span) bool { return s.Low <= key && key <= s.High })
}

func keyOf(v *vec.Vector, at int) int64 {
	if v.Type == vec.Float {
		return vec.Key(v.F64[at])
	}
	return v.I64[at]
}
