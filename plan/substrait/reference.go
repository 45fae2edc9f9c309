package substrait

import (
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

func fieldRef(i int) *pb.Expression {
	return &pb.Expression{RexType: &pb.Expression_Selection{Selection: &pb.Expression_FieldReference{
		ReferenceType: &pb.Expression_FieldReference_DirectReference{DirectReference: &pb.Expression_ReferenceSegment{
			ReferenceType: &pb.Expression_ReferenceSegment_StructField_{
				StructField: &pb.Expression_ReferenceSegment_StructField{Field: int32(i)},
			},
		}},
		RootType: &pb.Expression_FieldReference_RootReference_{RootReference: &pb.Expression_FieldReference_RootReference{}},
	}}}
}

// fieldRef reads a reference to a column, or to a place inside of one. fields are those of a struct there.
func (d *decoder) fieldRef(x *pb.Expression_FieldReference, in []column) (out plan.Expr, fields []column, err error) {
	segment := x.GetDirectReference()
	if segment == nil {
		return nil, nil, d.unsupported("field reference %s", chosen(x))
	}
	switch root := x.GetRootType().(type) {
	case *pb.Expression_FieldReference_Expression:
		if out, err = d.expr(root.Expression, in); err != nil {
			return nil, nil, err
		}
	case *pb.Expression_FieldReference_RootReference_, nil:
		field := segment.GetStructField()
		if field == nil {
			return nil, nil, d.malformed("a field reference that does not start with a column")
		}
		i := int(field.GetField())
		if i < 0 || i >= len(in) {
			return nil, nil, d.malformed("reference to column %d of %d", i, len(in))
		}
		out, fields, segment = &plan.FieldRef{Index: i, T: in[i].Type}, in[i].fields, field.GetChild()
	default:
		return nil, nil, d.unsupported("field reference from outside, as of a correlated subquery or a lambda")
	}
	for steps := 0; segment != nil; steps++ {
		if steps > maxValueDepth {
			return nil, nil, d.malformed("a field reference of more than %d steps", maxValueDepth)
		}
		if out, fields, segment, err = d.step(out, fields, segment); err != nil {
			return nil, nil, err
		}
	}
	return out, fields, nil
}

// step goes one segment into a value.
func (d *decoder) step(from plan.Expr, fields []column, segment *pb.Expression_ReferenceSegment) (
	plan.Expr, []column, *pb.Expression_ReferenceSegment, error,
) {
	name, key, child := "get", vec.Value(nil), (*pb.Expression_ReferenceSegment)(nil)
	var inside []column
	switch s := segment.GetReferenceType().(type) {
	case *pb.Expression_ReferenceSegment_StructField_:
		i := int(s.StructField.GetField())
		if i < 0 || i >= len(fields) {
			return nil, nil, nil, d.malformed("reference to field %d of a struct of %d", i, len(fields))
		}
		key, inside, child = vec.StringValue(fields[i].Name), fields[i].fields, s.StructField.GetChild()
	case *pb.Expression_ReferenceSegment_MapKey_:
		v, err := d.constant(s.MapKey.GetMapKey())
		if err != nil {
			return nil, nil, nil, err
		}
		key, child = v, s.MapKey.GetChild()
	case *pb.Expression_ReferenceSegment_ListElement_:
		if s.ListElement.GetOffset() < 0 {
			return nil, nil, nil, d.unsupported("list element %d", s.ListElement.GetOffset())
		}
		name, key, child = "element_at", vec.IntValue(vec.Int, int64(s.ListElement.GetOffset())+1), s.ListElement.GetChild()
	default:
		return nil, nil, nil, d.malformed("a field reference with an empty segment")
	}
	return &plan.Call{Function: name, Args: []plan.Expr{from, &plan.Literal{Value: key}}, T: vec.Dynamic}, inside, child, nil
}
