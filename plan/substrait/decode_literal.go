package substrait

import (
	"encoding/hex"
	"math"
	"math/big"
	"slices"
	"strconv"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/outcropdb/outcrop/vec"
)

// maxValueDepth of an array or object in a plan, as of documents.
const maxValueDepth = 128

// literal reads a constant; the types that Substrait has more of are widened.
func (d *decoder) literal(l *pb.Expression_Literal) (vec.Value, error) {
	switch x := l.GetLiteralType().(type) {
	case *pb.Expression_Literal_Null:
		t, err := d.typ(x.Null)
		if t == vec.Undefined {
			return nil, err
		}
		return vec.NullValue(), err
	case *pb.Expression_Literal_Boolean:
		return vec.BoolValue(x.Boolean), nil
	case *pb.Expression_Literal_I8:
		return vec.IntValue(vec.Int, int64(x.I8)), nil
	case *pb.Expression_Literal_I16:
		return vec.IntValue(vec.Int, int64(x.I16)), nil
	case *pb.Expression_Literal_I32:
		return vec.IntValue(vec.Int, int64(x.I32)), nil
	case *pb.Expression_Literal_I64:
		return vec.IntValue(vec.Int, x.I64), nil
	case *pb.Expression_Literal_Fp32:
		return vec.FloatValue(float64(x.Fp32)), nil
	case *pb.Expression_Literal_Fp64:
		return vec.FloatValue(x.Fp64), nil
	case *pb.Expression_Literal_Decimal_:
		return d.decimal(x.Decimal)
	case *pb.Expression_Literal_String_:
		return vec.StringValue(x.String_), nil
	case *pb.Expression_Literal_VarChar_:
		return vec.StringValue(x.VarChar.GetValue()), nil
	case *pb.Expression_Literal_FixedChar:
		return vec.StringValue(x.FixedChar), nil
	case *pb.Expression_Literal_Uuid:
		return d.uuid(x.Uuid)
	case *pb.Expression_Literal_Binary:
		return vec.AppendContent(nil, vec.Bytes, x.Binary), nil
	case *pb.Expression_Literal_FixedBinary:
		return vec.AppendContent(nil, vec.Bytes, x.FixedBinary), nil
	case *pb.Expression_Literal_Date:
		return d.moment(vec.Date, int64(x.Date), precision)
	case *pb.Expression_Literal_Time:
		return d.moment(vec.Time, x.Time, precision)
	case *pb.Expression_Literal_PrecisionTime_:
		return d.moment(vec.Time, x.PrecisionTime.GetValue(), x.PrecisionTime.GetPrecision())
	case *pb.Expression_Literal_Timestamp:
		return d.moment(vec.Datetime, x.Timestamp, precision)
	case *pb.Expression_Literal_PrecisionTimestamp_:
		return d.moment(vec.Datetime, x.PrecisionTimestamp.GetValue(), x.PrecisionTimestamp.GetPrecision())
	case *pb.Expression_Literal_TimestampTz:
		return d.moment(vec.Timestamp, x.TimestampTz, precision)
	case *pb.Expression_Literal_PrecisionTimestampTz:
		return d.moment(vec.Timestamp, x.PrecisionTimestampTz.GetValue(), x.PrecisionTimestampTz.GetPrecision())
	case *pb.Expression_Literal_IntervalYearToMonth_:
		i := x.IntervalYearToMonth
		return vec.IntValue(vec.MonthInterval, int64(i.GetYears())*12+int64(i.GetMonths())), nil
	case *pb.Expression_Literal_IntervalDayToSecond_:
		return d.interval(x.IntervalDayToSecond)
	case *pb.Expression_Literal_List_:
		return d.list(x.List.GetValues())
	case *pb.Expression_Literal_EmptyList:
		return d.list(nil)
	case *pb.Expression_Literal_UserDefined_:
		return d.userLiteral(x.UserDefined)
	case nil:
		return nil, d.malformed("a literal has no value")
	}
	return nil, d.unsupported("literal %s", chosen(l))
}

func (d *decoder) userLiteral(l *pb.Expression_Literal_UserDefined) (vec.Value, error) {
	t, err := d.typ(&pb.Type{Kind: &pb.Type_UserDefined_{UserDefined: &pb.Type_UserDefined{TypeReference: l.GetTypeReference()}}})
	if err != nil {
		return nil, err
	}
	content := &wrapperspb.BytesValue{}
	if err := l.GetValue().UnmarshalTo(content); err != nil {
		return nil, d.malformed("literal of type %s: want a google.protobuf.BytesValue: %s", t, err)
	}
	if err := vec.Check(content.Value, maxValueDepth); err != nil {
		return nil, d.malformed("literal of type %s: %s", t, err)
	}
	v := vec.Value(content.Value)
	if t != vec.Dynamic && v.Type() != t {
		return nil, d.malformed("literal of type %s is %s", t, v.Type())
	}
	return v, nil
}

// moment reads a date, or a time of any precision.
func (d *decoder) moment(t vec.Type, n int64, digits int32) (vec.Value, error) {
	micros, ok := microseconds(n, digits)
	if !ok {
		return nil, d.unsupported("%s literal finer than a microsecond, or of precision %d", t, digits)
	}
	if !vec.InRange(t, micros) {
		return nil, d.malformed("%s literal %d is out of range", t, n)
	}
	return vec.IntValue(t, micros), nil
}

// microseconds converts n units of which 10^digits make a second. ok: exactly.
func microseconds(n int64, digits int32) (micros int64, ok bool) {
	if digits < 0 || digits > 12 {
		return 0, false
	}
	for ; digits > precision; digits-- {
		if n%10 != 0 {
			return 0, false
		}
		n /= 10
	}
	for ; digits < precision; digits++ {
		if n > math.MaxInt64/10 || n < math.MinInt64/10 {
			return 0, false
		}
		n *= 10
	}
	return n, true
}

func (d *decoder) interval(i *pb.Expression_Literal_IntervalDayToSecond) (vec.Value, error) {
	part, digits := i.GetSubseconds(), int32(0)
	switch mode := i.GetPrecisionMode().(type) {
	case *pb.Expression_Literal_IntervalDayToSecond_Precision:
		digits = mode.Precision
	case *pb.Expression_Literal_IntervalDayToSecond_Microseconds:
		part, digits = int64(mode.Microseconds), precision
	}
	micros, ok := microseconds(part, digits)
	const maxDays = math.MaxInt64 / vec.Day
	if days := int64(i.GetDays()); !ok || days < -maxDays || days > maxDays {
		return nil, d.unsupported("interval literal finer than a microsecond, or of more than %d days", int64(maxDays))
	}
	whole := int64(i.GetDays()) * vec.Day
	rest := int64(i.GetSeconds())*vec.Second + micros
	if sum := whole + rest; (rest < 0) == (sum < whole) {
		return vec.IntValue(vec.MicrosecondInterval, sum), nil
	}
	return nil, d.malformed("interval literal is out of range")
}

func (d *decoder) list(values []*pb.Expression_Literal) (vec.Value, error) {
	if err := d.enter(); err != nil {
		return nil, err
	}
	defer d.leave()
	out, mark := vec.BeginArray(nil)
	for _, l := range values {
		v, err := d.literal(l)
		if err != nil {
			return nil, err
		}
		out = v.Append(out)
	}
	return vec.EndArray(out, mark, len(values)), nil
}

// decimal reads 16 bytes, little-endian, of a two's complement number, as the float nearest to it over
// 10^scale.
func (d *decoder) decimal(l *pb.Expression_Literal_Decimal) (vec.Value, error) {
	if len(l.GetValue()) != 16 || l.GetScale() < 0 || l.GetScale() > 38 {
		return nil, d.malformed("decimal literal of %d bytes and scale %d, want 16 bytes and a scale of 0 to 38", len(l.GetValue()), l.GetScale())
	}
	digits := slices.Clone(l.GetValue())
	slices.Reverse(digits)
	n := new(big.Int).SetBytes(digits)
	if digits[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), 128))
	}
	f, err := strconv.ParseFloat(n.String()+"e-"+strconv.Itoa(int(l.GetScale())), 64)
	if err != nil {
		return nil, d.malformed("decimal literal: %s", err)
	}
	return vec.FloatValue(f), nil
}

// uuid reads 16 bytes as text in the usual groups.
func (d *decoder) uuid(b []byte) (vec.Value, error) {
	if len(b) != 16 {
		return nil, d.malformed("uuid literal of %d bytes, want 16", len(b))
	}
	text := hex.EncodeToString(b)
	return vec.StringValue(text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]), nil
}
