package substrait

import (
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/outcropdb/outcrop/plan"
)

func (e *encoder) values(x *plan.Values, common *pb.RelCommon) (*pb.Rel, error) {
	schema := &pb.NamedStruct{Struct: &pb.Type_Struct{Nullability: pb.Type_NULLABILITY_REQUIRED}}
	for _, f := range x.Fields {
		schema.Names = append(schema.Names, f.Name)
		schema.Struct.Types = append(schema.Struct.Types, e.typ(f.Type))
	}
	table := &pb.ReadRel_VirtualTable{}
	for _, row := range x.Rows {
		fields, err := e.exprs(row)
		if err != nil {
			return nil, err
		}
		table.Expressions = append(table.Expressions, &pb.Expression_Nested_Struct{Fields: fields})
	}
	return &pb.Rel{RelType: &pb.Rel_Read{Read: &pb.ReadRel{
		Common: common, BaseSchema: schema, ReadType: &pb.ReadRel_VirtualTable_{VirtualTable: table},
	}}}, nil
}

// values reads a virtual table. A column has the declared type if all its constants do.
func (d *decoder) values(x *pb.ReadRel, t *pb.ReadRel_VirtualTable) (plan.Node, []column, error) {
	if x.GetFilter() != nil || x.GetProjection() != nil {
		return nil, nil, d.unsupported("filter or projection of a virtual table")
	}
	columns, err := d.schema(x.GetBaseSchema())
	if err != nil {
		return nil, nil, err
	}
	out := &plan.Values{}
	add := func(row []plan.Expr) error {
		if len(row) != len(columns) {
			return d.malformed("a row of %d values for %d columns", len(row), len(columns))
		}
		for i, e := range row {
			switch e.(type) {
			case *plan.Literal, *plan.Parameter:
			default:
				return d.unsupported("a virtual table of computed values")
			}
			columns[i].Type = plan.CommonType(columns[i].Type, e.Type())
		}
		out.Rows = append(out.Rows, row)
		return nil
	}
	for _, s := range t.GetValues() {
		var row []plan.Expr
		for _, l := range s.GetFields() {
			v, err := d.constant(l)
			if err != nil {
				return nil, nil, err
			}
			row = append(row, &plan.Literal{Value: v})
		}
		if err := add(row); err != nil {
			return nil, nil, err
		}
	}
	for _, s := range t.GetExpressions() {
		row, err := d.exprs(s.GetFields(), nil)
		if err != nil {
			return nil, nil, err
		}
		if err := add(row); err != nil {
			return nil, nil, err
		}
	}
	for _, c := range columns {
		out.Fields = append(out.Fields, c.Field)
	}
	return d.emitted(x.GetCommon(), out, columns)
}
