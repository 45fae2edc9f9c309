package vec

import (
	"fmt"
	"math"
	"math/big"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// FromArrow makes out the rows of a. It shares a's memory where the layouts agree: int64, float64, utf8,
// binary, and microseconds; a is to be retained until out is Reset. What becomes of the rest:
//
//	other ints, floats      int, float; uint64 beyond int64: float, row by row
//	decimals                int when the scale is 0 or less and it fits, else float
//	dates, times, durations by the microsecond, finer ones rounded down; a timestamp without zone is a datetime
//	intervals               of months or of days and time; one of both is an error
//	fixed_size_binary       bytes
//	dictionary              Dict
//	lists, struct, map      array, object; a map's keys become text; the last of equal keys stays
//	unions, run-end encoded Dynamic, Flat
//	extensions              as their storage
//
// Text is checked to be UTF-8, and offsets to be inside of the data.
func FromArrow(out *Vector, a arrow.Array) error {
	out.Reset(Null)
	if a.Len() == 0 {
		return nil
	}
	if err := fromArrow(out, a); err != nil {
		return fmt.Errorf("arrow %s: %w", a.DataType(), err)
	}
	return nil
}

func fromArrow(out *Vector, a arrow.Array) error {
	switch a := a.(type) {
	case *array.Null:
		out.SetNulls(a.Len(), false)
	case *array.Boolean:
		return readBools(out, a)
	case *array.Int8:
		return readInts(out, a, Int, 1, 1)
	case *array.Int16:
		return readInts(out, a, Int, 1, 1)
	case *array.Int32:
		return readInts(out, a, Int, 1, 1)
	case *array.Int64:
		return shareInts(out, a, Int, a.Values())
	case *array.Uint8:
		return readInts(out, a, Int, 1, 1)
	case *array.Uint16:
		return readInts(out, a, Int, 1, 1)
	case *array.Uint32:
		return readInts(out, a, Int, 1, 1)
	case *array.Uint64:
		readUints(out, a)
	case *array.Float16:
		return readFloats(out, a, func(i int) float64 { return float64(a.Value(i).Float32()) })
	case *array.Float32:
		return readFloats(out, a, func(i int) float64 { return float64(a.Value(i)) })
	case *array.Float64:
		out.Reset(Float)
		out.F64, out.Rows = a.Values(), a.Len()
		return out.share(a)
	case *array.Decimal32:
		return readDecimals(out, a, a.DataType().(arrow.DecimalType), func(i int) *big.Int { return big.NewInt(int64(a.Value(i))) })
	case *array.Decimal64:
		return readDecimals(out, a, a.DataType().(arrow.DecimalType), func(i int) *big.Int { return big.NewInt(int64(a.Value(i))) })
	case *array.Decimal128:
		return readDecimals(out, a, a.DataType().(arrow.DecimalType), func(i int) *big.Int { return a.Value(i).BigInt() })
	case *array.Decimal256:
		return readDecimals(out, a, a.DataType().(arrow.DecimalType), func(i int) *big.Int { return a.Value(i).BigInt() })
	case *array.String:
		return shareContent(out, a, String, arrow.GetOffsets[int32](a.Data(), 1))
	case *array.Binary:
		return shareContent(out, a, Bytes, arrow.GetOffsets[int32](a.Data(), 1))
	case *array.LargeString:
		return readContent(out, a, String, func(i int) []byte { return []byte(a.Value(i)) })
	case *array.LargeBinary:
		return readContent(out, a, Bytes, a.Value)
	case *array.StringView:
		return readContent(out, a, String, func(i int) []byte { return []byte(a.Value(i)) })
	case *array.BinaryView:
		return readContent(out, a, Bytes, a.Value)
	case *array.FixedSizeBinary:
		return readContent(out, a, Bytes, a.Value)
	case *array.Date32:
		return readInts(out, a, Date, 1, 1)
	case *array.Date64:
		return readInts(out, a, Date, 1, Day/1000)
	case *array.Time32:
		return readInts(out, a, Time, microsPer(a.DataType().(*arrow.Time32Type).Unit), 1)
	case *array.Time64:
		return readUnits(out, a, Time, a.DataType().(*arrow.Time64Type).Unit)
	case *array.Timestamp:
		t := a.DataType().(*arrow.TimestampType)
		if t.TimeZone == "" {
			return readUnits(out, a, Datetime, t.Unit)
		}
		return readUnits(out, a, Timestamp, t.Unit)
	case *array.Duration:
		return readUnits(out, a, MicrosecondInterval, a.DataType().(*arrow.DurationType).Unit)
	case *array.MonthInterval:
		return readInts(out, a, MonthInterval, 1, 1)
	case *array.DayTimeInterval, *array.MonthDayNanoInterval:
		return readIntervals(out, a)
	case *array.Dictionary:
		return readDictionary(out, a)
	case array.ExtensionArray:
		return fromArrow(out, a.Storage())
	default:
		return readNested(out, a)
	}
	return nil
}

// share takes over a's validity, copied, and marks out's slices as a's.
func (v *Vector) share(a arrow.Array) error {
	v.takeNulls(a)
	v.Alias()
	return nil
}

// takeNulls gives v, which has its rows, the validity of a.
func (v *Vector) takeNulls(a arrow.Array) {
	if a.NullN() == 0 {
		return
	}
	v.MakeValid(true)
	for i := range v.Rows {
		if a.IsNull(i) {
			SetBit(v.Valid, i, false)
		}
	}
}

func readBools(out *Vector, a *array.Boolean) error {
	out.Make(Bool, a.Len())
	clear(out.Bits)
	for i := range out.Rows {
		SetBit(out.Bits, i, a.IsValid(i) && a.Value(i))
	}
	out.takeNulls(a)
	return nil
}

// readInts copies integers, times multiple, divided by divisor and rounded down. No product is beyond int64.
func readInts[T arrow.IntType | arrow.UintType](out *Vector, a interface {
	arrow.Array
	Values() []T
}, t Type, multiple, divisor int64,
) error {
	out.Make(t, a.Len())
	for i, n := range a.Values() {
		out.I64[i] = int64(n) * multiple
	}
	if divisor != 1 {
		for i, n := range out.I64 {
			out.I64[i] = floorDiv(n, divisor)
		}
	}
	out.takeNulls(a)
	return nil
}

// shareInts takes 64-bit integers as they are.
func shareInts[T ~int64](out *Vector, a arrow.Array, t Type, values []T) error {
	out.Reset(t)
	out.I64, out.Rows = arrow.GetData[int64](arrow.GetBytes(values)), a.Len()
	return out.share(a)
}

func microsPer(unit arrow.TimeUnit) int64 {
	switch unit {
	case arrow.Second:
		return Second
	case arrow.Millisecond:
		return Second / 1000
	}
	return 1
}

// readUnits reads 64-bit times of any unit.
func readUnits[T interface {
	~int64
	arrow.IntType
}](out *Vector, a interface {
	arrow.Array
	Values() []T
}, t Type, unit arrow.TimeUnit,
) error {
	switch unit {
	case arrow.Microsecond:
		return shareInts(out, a, t, a.Values())
	case arrow.Nanosecond:
		return readInts(out, a, t, 1, 1000)
	}
	multiple := microsPer(unit)
	for i, n := range a.Values() {
		if (int64(n) > math.MaxInt64/multiple || int64(n) < math.MinInt64/multiple) && a.IsValid(i) {
			return fmt.Errorf("row %d: %d is beyond 64 bits of microseconds", i, int64(n))
		}
	}
	return readInts(out, a, t, multiple, 1)
}

func readUints(out *Vector, a *array.Uint64) {
	out.Reset(Int)
	for i, n := range a.Values() {
		switch {
		case a.IsNull(i):
			out.Append(NullValue())
		case n > math.MaxInt64:
			out.Append(FloatValue(float64(n)))
		default:
			out.Append(IntValue(Int, int64(n)))
		}
	}
}

func readFloats(out *Vector, a arrow.Array, value func(i int) float64) error {
	out.Make(Float, a.Len())
	for i := range out.F64 {
		if out.F64[i] = 0; a.IsValid(i) {
			out.F64[i] = value(i)
		}
	}
	out.takeNulls(a)
	return nil
}

func readDecimals(out *Vector, a arrow.Array, t arrow.DecimalType, value func(i int) *big.Int) error {
	scale := int64(t.GetScale())
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(max(scale, -scale)), nil)
	out.Reset(Int)
	for i := range a.Len() {
		if a.IsNull(i) {
			out.Append(NullValue())
			continue
		}
		n := value(i)
		if scale <= 0 {
			if n.Mul(n, power); n.IsInt64() {
				out.Append(IntValue(Int, n.Int64()))
				continue
			}
			power.SetInt64(1)
		}
		f, _ := new(big.Rat).SetFrac(n, power).Float64()
		out.Append(FloatValue(f))
	}
	return nil
}

// shareContent takes text or bytes with 32-bit offsets as they are.
func shareContent(out *Vector, a arrow.Array, t Type, offsets []int32) error {
	var content []byte
	if buffer := a.Data().Buffers()[2]; buffer != nil {
		content = buffer.Bytes()
	}
	if len(offsets) != a.Len()+1 || offsets[0] < 0 || int(offsets[a.Len()]) > len(content) {
		return fmt.Errorf("offsets lead out of %d bytes of content", len(content))
	}
	for i, from := range offsets[:a.Len()] {
		to := offsets[i+1]
		if to < from {
			return fmt.Errorf("row %d: offsets fall from %d to %d", i, from, to)
		}
		if t == String && !utf8.Valid(content[from:to]) {
			return fmt.Errorf("row %d: text is not UTF-8", i)
		}
	}
	out.Reset(t)
	out.Offsets, out.Data, out.Rows = arrow.GetData[uint32](arrow.GetBytes(offsets)), content, a.Len()
	return out.share(a)
}

func readContent(out *Vector, a arrow.Array, t Type, value func(i int) []byte) error {
	out.Make(t, a.Len())
	for i := range out.Rows {
		if a.IsValid(i) {
			content := value(i)
			if t == String && !utf8.Valid(content) {
				return fmt.Errorf("row %d: text is not UTF-8", i)
			}
			out.Data = append(out.Data, content...)
			if len(out.Data) > MaxContent {
				return fmt.Errorf("row %d: more than %d bytes in one batch: send smaller ones", i, uint32(MaxContent))
			}
		}
		out.Offsets[i+1] = uint32(len(out.Data))
	}
	out.takeNulls(a)
	return nil
}

// readIntervals reads intervals of several units.
func readIntervals(out *Vector, a arrow.Array) error {
	for i := range a.Len() {
		if a.IsNull(i) {
			out.Append(NullValue())
			continue
		}
		var months, days, nanos int64
		switch a := a.(type) {
		case *array.DayTimeInterval:
			days, nanos = int64(a.Value(i).Days), int64(a.Value(i).Milliseconds)*1_000_000
		case *array.MonthDayNanoInterval:
			months, days, nanos = int64(a.Value(i).Months), int64(a.Value(i).Days), a.Value(i).Nanoseconds
		}
		switch {
		case days > maxIntervalDays || days < -maxIntervalDays:
			return fmt.Errorf("row %d: %d days are beyond 64 bits of microseconds", i, days)
		case months == 0:
			out.Append(IntValue(MicrosecondInterval, days*Day+floorDiv(nanos, 1000)))
		case days == 0 && nanos == 0:
			out.Append(IntValue(MonthInterval, months))
		default:
			return fmt.Errorf("row %d: an interval of months and of days or time: split it into two columns", i)
		}
	}
	return nil
}
