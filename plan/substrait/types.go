package substrait

import (
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// precision of times, as Substrait counts it: digits of a second's fraction. Ours are microseconds.
const precision = 6

const nullable = pb.Type_NULLABILITY_NULLABLE

// standardTypes are the types that Substrait has; the others are user-defined, by their own names. All are
// nullable. short is the type's name in the signature of a function.
var standardTypes = [32]struct {
	short string
	proto *pb.Type
}{
	vec.Bool:          {"bool", &pb.Type{Kind: &pb.Type_Bool{Bool: &pb.Type_Boolean{Nullability: nullable}}}},
	vec.Int:           {"i64", &pb.Type{Kind: &pb.Type_I64_{I64: &pb.Type_I64{Nullability: nullable}}}},
	vec.Float:         {"fp64", &pb.Type{Kind: &pb.Type_Fp64{Fp64: &pb.Type_FP64{Nullability: nullable}}}},
	vec.String:        {"str", &pb.Type{Kind: &pb.Type_String_{String_: &pb.Type_String{Nullability: nullable}}}},
	vec.Bytes:         {"vbin", &pb.Type{Kind: &pb.Type_Binary_{Binary: &pb.Type_Binary{Nullability: nullable}}}},
	vec.Date:          {"date", &pb.Type{Kind: &pb.Type_Date_{Date: &pb.Type_Date{Nullability: nullable}}}},
	vec.Time:          {"pt", &pb.Type{Kind: &pb.Type_PrecisionTime_{PrecisionTime: &pb.Type_PrecisionTime{Precision: precision, Nullability: nullable}}}},
	vec.Datetime:      {"pts", &pb.Type{Kind: &pb.Type_PrecisionTimestamp_{PrecisionTimestamp: &pb.Type_PrecisionTimestamp{Precision: precision, Nullability: nullable}}}},
	vec.Timestamp:     {"ptstz", &pb.Type{Kind: &pb.Type_PrecisionTimestampTz{PrecisionTimestampTz: &pb.Type_PrecisionTimestampTZ{Precision: precision, Nullability: nullable}}}},
	vec.MonthInterval: {"iyear", &pb.Type{Kind: &pb.Type_IntervalYear_{IntervalYear: &pb.Type_IntervalYear{Nullability: nullable}}}},
	vec.MicrosecondInterval: {"iday", &pb.Type{Kind: &pb.Type_IntervalDay_{
		IntervalDay: &pb.Type_IntervalDay{Precision: new(int32(precision)), Nullability: nullable},
	}}},
}

// userTypes are the types of our extension.
var userTypes = [...]vec.Type{vec.Undefined, vec.Null, vec.U256, vec.Geography, vec.Array, vec.Object, vec.Dynamic}

// shortName is how a type is called in a function's signature.
func shortName(t vec.Type) string {
	if short := standardTypes[t].short; short != "" {
		return short
	}
	return "u!" + t.String()
}

func (e *encoder) typ(t vec.Type) *pb.Type {
	if proto := standardTypes[t].proto; proto != nil {
		return proto
	}
	return &pb.Type{Kind: &pb.Type_UserDefined_{
		UserDefined: &pb.Type_UserDefined{TypeReference: e.typeAnchor(t), Nullability: nullable},
	}}
}

// column is a column of a relation as Substrait sees it: a struct's fields are known.
type column struct {
	plan.Field
	fields []column // of a struct
}

// typ is the type that stands for t: the one that holds all its values.
func (d *decoder) typ(t *pb.Type) (vec.Type, error) {
	c, err := d.column("", t, nil)
	return c.Type, err
}

// column reads a type and, into the structs in it, the names that follow, depth first.
func (d *decoder) column(name string, t *pb.Type, names *[]string) (column, error) {
	c := column{Field: plan.Field{Name: name}}
	switch k := t.GetKind().(type) {
	case *pb.Type_Bool:
		c.Type = vec.Bool
	case *pb.Type_I8_, *pb.Type_I16_, *pb.Type_I32_, *pb.Type_I64_:
		c.Type = vec.Int
	case *pb.Type_Fp32, *pb.Type_Fp64, *pb.Type_Decimal_:
		c.Type = vec.Float
	case *pb.Type_String_, *pb.Type_Varchar, *pb.Type_FixedChar_, *pb.Type_Uuid:
		c.Type = vec.String
	case *pb.Type_Binary_, *pb.Type_FixedBinary_:
		c.Type = vec.Bytes
	case *pb.Type_Date_:
		c.Type = vec.Date
	case *pb.Type_Time_, *pb.Type_PrecisionTime_:
		c.Type = vec.Time
	case *pb.Type_Timestamp_, *pb.Type_PrecisionTimestamp_:
		c.Type = vec.Datetime
	case *pb.Type_TimestampTz, *pb.Type_PrecisionTimestampTz:
		c.Type = vec.Timestamp
	case *pb.Type_IntervalYear_:
		c.Type = vec.MonthInterval
	case *pb.Type_IntervalDay_:
		c.Type = vec.MicrosecondInterval
	case *pb.Type_List_:
		c.Type = vec.Array
		_, err := d.column("", k.List.GetType(), names)
		return c, err
	case *pb.Type_Map_:
		c.Type = vec.Object
		_, err := d.column("", k.Map.GetValue(), names)
		return c, err
	case *pb.Type_Struct_:
		c.Type = vec.Object
		return c, d.structFields(&c, k.Struct, names)
	case *pb.Type_UserDefined_:
		return c, d.userType(&c.Field, k.UserDefined.GetTypeReference())
	case *pb.Type_UserDefinedTypeReference:
		return c, d.userType(&c.Field, k.UserDefinedTypeReference)
	case nil:
		return c, d.malformed("a type is missing")
	default:
		return c, d.unsupported("type %s", chosen(t))
	}
	return c, nil
}

func (d *decoder) userType(f *plan.Field, anchor uint32) error {
	t, ok := d.types[anchor]
	if !ok {
		return d.malformed("type %d is not declared", anchor)
	}
	if t.err != "" {
		return d.unsupported("%s", t.err)
	}
	f.Type = t.typ
	return nil
}

func (d *decoder) structFields(c *column, t *pb.Type_Struct, names *[]string) error {
	for _, of := range t.GetTypes() {
		name := ""
		if names != nil {
			if len(*names) == 0 {
				return d.malformed("a struct has more fields than names")
			}
			name, *names = (*names)[0], (*names)[1:]
		}
		field, err := d.column(name, of, names)
		if err != nil {
			return err
		}
		c.fields = append(c.fields, field)
	}
	return nil
}
