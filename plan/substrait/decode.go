package substrait

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"github.com/substrait-io/substrait-protobuf/go/substraitpb/extensions"
	"google.golang.org/protobuf/proto"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// decoder reads one plan.
type decoder struct {
	ctx        context.Context
	catalog    plan.Catalog
	functions  map[uint32]declared
	types      map[uint32]declaredType
	parameters []string             // names by anchor, as far as the producer gives any
	bound      map[uint32]vec.Value // values that the producer gives to parameters
	resolved   map[string]string    // collection ids by name
	positions  []string             // of the relation at hand, those still to come; see positionsNote
	depth      int
	columns    int      // of all relations so far
	details    int      // bytes of all details so far
	where      []string // the relations around what is being read, for errors
}

func newDecoder(ctx context.Context, p *pb.Plan, catalog plan.Catalog) (*decoder, error) {
	d := &decoder{
		ctx: ctx, catalog: catalog,
		functions: map[uint32]declared{}, types: map[uint32]declaredType{},
		bound: map[uint32]vec.Value{}, resolved: map[string]string{},
	}
	if err := d.readDeclarations(p); err != nil {
		return nil, err
	}
	if len(p.GetTypeAliases()) > 0 {
		return nil, unsupported("type aliases")
	}
	if err := d.enhanced(p.GetAdvancedExtensions()); err != nil {
		return nil, err
	}
	d.parameters = noted(p.GetAdvancedExtensions(), parametersNote)
	for _, b := range p.GetParameterBindings() {
		v, err := d.constant(b.GetValue())
		if err != nil {
			return nil, err
		}
		d.bound[b.GetParameterAnchor()] = v
	}
	return d, nil
}

// root reads the plan's outermost relation.
func (d *decoder) root(p *pb.Plan) (*plan.Root, error) {
	if len(p.GetRelations()) != 1 {
		return nil, d.unsupported("a plan of %d relations; want one", len(p.GetRelations()))
	}
	rel, names := p.GetRelations()[0].GetRel(), []string(nil)
	root := p.GetRelations()[0].GetRoot()
	if root != nil {
		rel, names = root.GetInput(), root.GetNames()
	}
	input, columns, err := d.rel(rel)
	if err != nil {
		return nil, err
	}
	out := &plan.Root{Input: input}
	if root == nil {
		for _, c := range columns {
			out.Names = append(out.Names, c.Name)
		}
		return out, nil
	}
	if out.Names, err = d.rootNames(names, columns); err != nil {
		return nil, err
	}
	return out, nil
}

// rootNames picks the columns' names among those of a root, which has one for each field of a struct, too.
func (d *decoder) rootNames(names []string, columns []column) ([]string, error) {
	if len(names) == len(columns) {
		return names, nil
	}
	var out []string
	at := 0
	for _, c := range columns {
		if at < len(names) {
			out = append(out, names[at])
		}
		at += 1 + nested(c)
	}
	if at != len(names) {
		return nil, d.malformed("the root has %d names for %d columns", len(names), at)
	}
	return out, nil
}

// nested counts the fields inside a column, at all levels.
func nested(c column) int {
	n := len(c.fields)
	for _, f := range c.fields {
		n += nested(f)
	}
	return n
}

// enter counts a level of relations or expressions; leave ends it.
func (d *decoder) enter() error {
	if d.depth++; d.depth > MaxDepth {
		return d.malformed("nested deeper than %d levels", MaxDepth)
	}
	return nil
}

func (d *decoder) leave() { d.depth-- }

// enhanced refuses extensions that change what a message means.
func (d *decoder) enhanced(x *extensions.AdvancedExtension) error {
	if x.GetEnhancement() != nil {
		return d.unsupported("enhancement %s", x.GetEnhancement().GetTypeUrl())
	}
	return nil
}

// maxWhere is how many relations an error names.
const maxWhere = 5

// place is " (in root > filter > project)".
func (d *decoder) place() string {
	if len(d.where) == 0 {
		return ""
	}
	where := d.where
	if len(where) > maxWhere {
		where = append([]string{"..."}, where[len(where)-maxWhere:]...)
	}
	return " (in " + strings.Join(where, " > ") + ")"
}

func (d *decoder) malformed(format string, args ...any) error {
	return malformed("%s%s", fmt.Sprintf(format, args...), d.place())
}

func (d *decoder) unsupported(format string, args ...any) error {
	return unsupported("%s%s", fmt.Sprintf(format, args...), d.place())
}

// chosen names the field that is set in a message's only oneof.
func chosen(m proto.Message) string {
	r := m.ProtoReflect()
	for i := range r.Descriptor().Oneofs().Len() {
		if f := r.WhichOneof(r.Descriptor().Oneofs().Get(i)); f != nil {
			return string(f.Name())
		}
	}
	return "of an unknown kind"
}

// position takes the next of the relation's positions.
func (d *decoder) position() plan.Position {
	if len(d.positions) == 0 {
		return plan.Position{}
	}
	text := d.positions[0]
	d.positions = d.positions[1:]
	return parsePosition(text)
}

// options reads those of a call: notes of ours, and choices that have to allow what we do.
func (d *decoder) options(function string, list []*pb.FunctionOption) (at plan.Position, limit int64, err error) {
	for _, o := range list {
		switch first := strings.Join(o.GetPreference(), ","); o.GetName() {
		case positionNote:
			at = parsePosition(first)
		case limitNote:
			if limit, err = strconv.ParseInt(first, 10, 64); err != nil || limit < 1 {
				return at, 0, d.malformed("function %s: limit %q, want a number from 1", function, first)
			}
		default:
			if err := d.option(function, o); err != nil {
				return at, 0, err
			}
		}
	}
	return at, limit, nil
}
