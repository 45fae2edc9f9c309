package substrait

import (
	"unicode/utf8"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/outcropdb/outcrop/vec"
)

// literal writes a constant. Values of our own types, and those that their standard type cannot hold, are
// user-defined literals: the Any is a BytesValue of the encoded vec.Value.
func (e *encoder) literal(v vec.Value) (*pb.Expression_Literal, error) {
	out := &pb.Expression_Literal{Nullable: true}
	switch t := v.Type(); t {
	case vec.Undefined, vec.Null:
		out.LiteralType = &pb.Expression_Literal_Null{Null: e.typ(t)}
	case vec.Bool:
		out.LiteralType = &pb.Expression_Literal_Boolean{Boolean: v.Bool()}
	case vec.Int:
		out.LiteralType = &pb.Expression_Literal_I64{I64: v.Int()}
	case vec.Float:
		out.LiteralType = &pb.Expression_Literal_Fp64{Fp64: v.Float()}
	case vec.String:
		if utf8.Valid(v.Content()) {
			out.LiteralType = &pb.Expression_Literal_String_{String_: string(v.Content())}
		}
	case vec.Bytes:
		out.LiteralType = &pb.Expression_Literal_Binary{Binary: v.Content()}
	case vec.Date:
		if n := int32(v.Int()); int64(n) == v.Int() && vec.InRange(t, v.Int()) {
			out.LiteralType = &pb.Expression_Literal_Date{Date: n}
		}
	case vec.Time, vec.Datetime, vec.Timestamp:
		if vec.InRange(t, v.Int()) {
			moment(out, t, v.Int())
		}
	case vec.MonthInterval:
		if years := v.Int() / 12; int64(int32(years)) == years {
			out.LiteralType = &pb.Expression_Literal_IntervalYearToMonth_{
				IntervalYearToMonth: &pb.Expression_Literal_IntervalYearToMonth{Years: int32(years), Months: int32(v.Int() % 12)},
			}
		}
	case vec.MicrosecondInterval:
		n := v.Int()
		out.LiteralType = &pb.Expression_Literal_IntervalDayToSecond_{IntervalDayToSecond: &pb.Expression_Literal_IntervalDayToSecond{
			Days: int32(n / vec.Day), Seconds: int32(n % vec.Day / vec.Second), Subseconds: n % vec.Second,
			PrecisionMode: &pb.Expression_Literal_IntervalDayToSecond_Precision{Precision: precision},
		}}
	}
	if out.LiteralType != nil {
		return out, nil
	}
	t := v.Type()
	if standardTypes[t].proto != nil {
		t = vec.Dynamic
	}
	content, err := pack(&wrapperspb.BytesValue{Value: v})
	out.LiteralType = &pb.Expression_Literal_UserDefined_{UserDefined: &pb.Expression_Literal_UserDefined{
		TypeAnchorType: &pb.Expression_Literal_UserDefined_TypeReference{TypeReference: e.typeAnchor(t)},
		Val:            &pb.Expression_Literal_UserDefined_Value{Value: content},
	}}
	return out, err
}

// moment writes a time, datetime or timestamp.
func moment(out *pb.Expression_Literal, t vec.Type, micros int64) {
	value := &pb.Expression_Literal_PrecisionTimestamp{Precision: precision, Value: micros}
	switch t {
	case vec.Time:
		out.LiteralType = &pb.Expression_Literal_PrecisionTime_{
			PrecisionTime: &pb.Expression_Literal_PrecisionTime{Precision: precision, Value: micros},
		}
	case vec.Datetime:
		out.LiteralType = &pb.Expression_Literal_PrecisionTimestamp_{PrecisionTimestamp: value}
	case vec.Timestamp:
		out.LiteralType = &pb.Expression_Literal_PrecisionTimestampTz{PrecisionTimestampTz: value}
	}
}
