package vec

// part is the number of v's part of type t, which is made when there is none yet.
func (v *Vector) part(t Type) int {
	for tag, part := range v.Parts {
		if part.Type == t {
			return tag
		}
	}
	tag := len(v.Parts)
	if tag < cap(v.Parts) && v.Parts[:tag+1][tag] != nil { // left by an earlier batch
		v.Parts = v.Parts[:tag+1]
		v.Parts[tag].Reset(t)
	} else {
		v.Parts = append(v.Parts, &Vector{Type: t})
	}
	return tag
}

// toUnion makes v, owned and Flat, Dynamic: its rows that are not null become the first part.
func (v *Vector) toUnion() {
	v.Parts = v.Parts[:0]
	v.part(v.Type)
	first := v.Parts[0]
	first.I64, v.I64 = v.I64, first.I64
	first.F64, v.F64 = v.F64, first.F64
	first.Offsets, v.Offsets = v.Offsets, first.Offsets
	first.Data, v.Data = v.Data, first.Data
	first.Bits, v.Bits = v.Bits, nil
	first.spare[bitsSpare], v.spare[bitsSpare] = v.spare[bitsSpare], first.spare[bitsSpare]
	first.Rows = v.Rows
	if v.Valid != nil {
		first.compact(v.Valid)
	}
	v.Type = Dynamic
	v.Tags = extend(v.Tags[:0], v.Rows)
	v.Codes = extend(v.Codes[:0], v.Rows)
	next := uint32(0)
	for i := range v.Codes {
		if v.Valid == nil || Bit(v.Valid, i) {
			v.Codes[i] = next
			next++
		}
	}
}

// compact keeps, of a Flat vector's data, the rows whose bits are set.
func (v *Vector) compact(keep []uint64) {
	n, end := 0, uint32(0)
	start := uint32(0)
	layout := v.Type.Layout()
	if layout == Varlen {
		start, v.Offsets[0] = v.Offsets[0], 0
	}
	for i := range v.Rows {
		from := start
		if layout == Varlen {
			start = v.Offsets[i+1]
		}
		if !Bit(keep, i) {
			continue
		}
		switch layout {
		case Bitmap:
			SetBit(v.Bits, n, Bit(v.Bits, i))
		case Int64s:
			v.I64[n] = v.I64[i]
		case Float64:
			v.F64[n] = v.F64[i]
		case Varlen:
			end += uint32(copy(v.Data[end:], v.Data[from:start]))
			v.Offsets[n+1] = end
		}
		n++
	}
	v.Rows = n
	switch layout {
	case Bitmap:
		v.Bits = v.Bits[:Words(n)]
	case Int64s:
		v.I64 = v.I64[:n]
	case Float64:
		v.F64 = v.F64[:n]
	case Varlen:
		v.Offsets, v.Data = v.Offsets[:n+1], v.Data[:end]
	}
}

// appendUnion adds the data of src's rows from..to-1 to that of v, which is Dynamic.
func (v *Vector) appendUnion(src *Vector, from, to int) {
	var tags [typeCount]uint8 // of v, by type
	for t := range tags {
		tags[t] = noPart
	}
	for from < to {
		end := from + 1
		if src.IsNull(from) {
			for end < to && src.IsNull(end) {
				end++
			}
			v.Tags = extend(v.Tags, end-from)
			v.Codes = extend(v.Codes, end-from)
			from = end
			continue
		}
		part, at := src, from
		if src.Type == Dynamic {
			tag := src.Tags[from]
			part, at = src.Parts[tag], int(src.Codes[from])
			for end < to && !src.IsNull(end) && src.Tags[end] == tag && int(src.Codes[end]) == at+end-from {
				end++
			}
		} else {
			for end < to && !src.IsNull(end) {
				end++
			}
		}
		tag := tags[part.Type]
		if tag == noPart {
			tag = uint8(v.part(part.Type))
			tags[part.Type] = tag
		}
		dst := v.Parts[tag]
		dst.appendData(part, at, at+end-from)
		for range end - from {
			v.Tags = append(v.Tags, tag)
			v.Codes = append(v.Codes, uint32(dst.Rows))
			dst.Rows++
		}
		from = end
	}
}

const noPart = 0xff
