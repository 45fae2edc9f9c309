package substrait

import (
	"slices"
	"strings"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

func (e *encoder) read(x *plan.Read, common *pb.RelCommon) (*pb.Rel, error) {
	schema := &pb.NamedStruct{Struct: &pb.Type_Struct{Nullability: pb.Type_NULLABILITY_REQUIRED}}
	for _, c := range x.Columns {
		schema.Names = append(schema.Names, columnName(c.Path))
		schema.Struct.Types = append(schema.Struct.Types, e.typ(c.Type))
	}
	filter, err := e.expr(x.Filter)
	if err != nil {
		return nil, err
	}
	if x.Output != nil {
		mapping := make([]int32, len(x.Output))
		for i, c := range x.Output {
			mapping[i] = int32(c)
		}
		common.EmitKind = &pb.RelCommon_Emit_{Emit: &pb.RelCommon_Emit{OutputMapping: mapping}}
	}
	if x.Hint != "" {
		if common.AdvancedExtension, err = note(accessNote, x.Hint); err != nil {
			return nil, err
		}
	}
	return &pb.Rel{RelType: &pb.Rel_Read{Read: &pb.ReadRel{
		Common: common, BaseSchema: schema, Filter: filter,
		ReadType: &pb.ReadRel_NamedTable_{NamedTable: &pb.ReadRel_NamedTable{Names: nameParts(x.Name)}},
	}}}, nil
}

// wholeDocument is the name of the column of whole documents.
const wholeDocument = "*"

func columnName(path vec.Path) string {
	if len(path) == 0 {
		return wholeDocument
	}
	return path.String()
}

// columnPath reads columnName; what is no path is the name of a top-level field.
func columnPath(name string) vec.Path {
	if name == wholeDocument {
		return nil
	}
	if path, err := vec.ParsePath(name); err == nil && len(path) > 0 {
		return path
	}
	return vec.Path{name}
}

// nameParts takes a collection's name apart: as a path, else at its dots. joinName is the reverse.
func nameParts(name string) []string {
	if path, err := vec.ParsePath(name); err == nil && len(path) > 0 {
		return path
	}
	return strings.Split(name, ".")
}

func joinName(parts []string) string {
	if name := strings.Join(parts, "."); slices.Equal(nameParts(name), parts) {
		return name
	}
	return vec.Path(parts).String()
}

func (d *decoder) read(x *pb.ReadRel) (plan.Node, []column, error) {
	switch k := x.GetReadType().(type) {
	case *pb.ReadRel_NamedTable_:
		return d.table(x, k.NamedTable)
	case *pb.ReadRel_VirtualTable_:
		return d.values(x, k.VirtualTable)
	case nil:
		return nil, nil, d.malformed("nothing to read")
	}
	r := x.ProtoReflect()
	return nil, nil, d.unsupported("read of %s", r.WhichOneof(r.Descriptor().Oneofs().ByName("read_type")).Name())
}

// schema reads the names and types of a table.
func (d *decoder) schema(s *pb.NamedStruct) ([]column, error) {
	names := s.GetNames()
	if len(names) > maxColumns {
		return nil, d.malformed("a base schema of more than %d names", maxColumns)
	}
	var c column
	if err := d.structFields(&c, s.GetStruct(), &names); err != nil {
		return nil, err
	}
	if len(names) > 0 {
		return nil, d.malformed("the base schema has %d names too many", len(names))
	}
	return c.fields, nil
}

func (d *decoder) table(x *pb.ReadRel, t *pb.ReadRel_NamedTable) (plan.Node, []column, error) {
	if err := d.enhanced(t.GetAdvancedExtension()); err != nil {
		return nil, nil, err
	}
	id, err := d.collection(t.GetNames())
	if err != nil {
		return nil, nil, err
	}
	columns, err := d.schema(x.GetBaseSchema())
	if err != nil {
		return nil, nil, err
	}
	out := &plan.Read{Collection: id, Name: joinName(t.GetNames())}
	for i, c := range columns {
		path := columnPath(c.Name)
		out.Columns = append(out.Columns, plan.Column{Path: path, Type: c.Type})
		if len(path) > 0 {
			columns[i].Name = path[len(path)-1]
		} else {
			columns[i].Type = vec.Object
		}
	}
	if out.Filter, err = d.optional(x.GetFilter(), columns); err != nil {
		return nil, nil, err
	}
	if hint := noted(x.GetCommon().GetAdvancedExtension(), accessNote); len(hint) == 1 {
		out.Hint = hint[0]
	}
	if out.Output, err = d.output(x, len(columns)); err != nil {
		return nil, nil, err
	}
	if out.Output == nil {
		return out, columns, nil
	}
	shown := make([]column, len(out.Output))
	for i, c := range out.Output {
		shown[i] = columns[c]
	}
	return out, shown, nil
}

// collection finds the id of a table.
func (d *decoder) collection(names []string) (string, error) {
	if len(names) == 0 {
		return "", d.malformed("a table without a name")
	}
	name := joinName(names)
	if id, ok := d.resolved[name]; ok {
		return id, nil
	}
	id, view, err := d.catalog.Resolve(d.ctx, names)
	if err != nil {
		return "", err
	}
	if view != "" {
		return "", d.unsupported("table %s is a view; name its collections", name)
	}
	d.resolved[name] = id
	return id, nil
}

// output is which of the columns go out: what the projection leaves, and of that what emit picks. nil: all.
func (d *decoder) output(x *pb.ReadRel, width int) ([]int, error) {
	var out []int
	if p := x.GetProjection(); p != nil {
		out = []int{}
		for _, item := range p.GetSelect().GetStructItems() {
			if item.GetChild() != nil {
				return nil, d.unsupported("a projection into a column")
			}
			if item.GetField() < 0 || int(item.GetField()) >= width {
				return nil, d.malformed("projection of column %d of %d", item.GetField(), width)
			}
			out = append(out, int(item.GetField()))
		}
	}
	emit := x.GetCommon().GetEmit()
	if emit == nil {
		return out, nil
	}
	projected := out
	if projected == nil {
		projected = allKeys(width)
	}
	out = []int{}
	for _, i := range emit.GetOutputMapping() {
		if i < 0 || int(i) >= len(projected) {
			return nil, d.malformed("emit of column %d of %d", i, len(projected))
		}
		out = append(out, projected[i])
	}
	return out, nil
}
