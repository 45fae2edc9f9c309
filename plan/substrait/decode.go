package substrait

import (
	"context"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"github.com/substrait-io/substrait-protobuf/go/substraitpb/extensions"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

const (
	// maxColumns of all relations of a plan together: a relation passes on its input's, so that a small plan
	// can have very many.
	maxColumns = 1 << 20

	// maxDetailBytes of all details of a plan together: each is copied out of the one around it.
	maxDetailBytes = MaxBytes
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
		if at += 1 + nested(c, len(names)); at > len(names) {
			break
		}
	}
	if at != len(names) {
		return nil, d.malformed("the root has %d names for %d columns and the fields in them", len(names), len(columns))
	}
	return out, nil
}

// nested counts the fields inside a column, at all levels, as far as a limit.
func nested(c column, limit int) int {
	n := len(c.fields)
	for _, f := range c.fields {
		if n > limit {
			break
		}
		n += nested(f, limit-n)
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

// message is what the relations' messages have in common.
type message interface {
	GetCommon() *pb.RelCommon
}

// rel reads a relation: the node, and its columns.
func (d *decoder) rel(r *pb.Rel) (plan.Node, []column, error) {
	if err := d.enter(); err != nil {
		return nil, nil, err
	}
	defer d.leave()
	m, read := d.kind(r)
	if read == nil {
		if r.GetRelType() == nil {
			return nil, nil, d.malformed("a relation is missing")
		}
		return nil, nil, d.unsupported("relation %s", chosen(r))
	}
	outer := d.positions
	d.where = append(d.where, chosen(r))
	defer func() { d.where, d.positions = d.where[:len(d.where)-1], outer }()
	if err := d.enhanced(m.GetCommon().GetAdvancedExtension()); err != nil {
		return nil, nil, err
	}
	if x, ok := m.(interface {
		GetAdvancedExtension() *extensions.AdvancedExtension
	}); ok {
		if err := d.enhanced(x.GetAdvancedExtension()); err != nil {
			return nil, nil, err
		}
	}
	if len(m.GetCommon().GetEmit().GetOutputMapping()) > maxColumns {
		return nil, nil, d.malformed("emit of more than %d columns", maxColumns)
	}
	d.positions = noted(m.GetCommon().GetAdvancedExtension(), positionsNote)
	node, columns, err := read()
	if d.columns += len(columns); err == nil && d.columns > maxColumns {
		err = d.malformed("more than %d columns in all relations", maxColumns)
	}
	return node, columns, err
}

// kind finds what reads a relation; nil if nothing does.
func (d *decoder) kind(r *pb.Rel) (m message, read func() (plan.Node, []column, error)) {
	switch k := r.GetRelType().(type) {
	case *pb.Rel_Read:
		return k.Read, func() (plan.Node, []column, error) { return d.read(k.Read) }
	case *pb.Rel_Filter:
		return k.Filter, func() (plan.Node, []column, error) { return d.filter(k.Filter) }
	case *pb.Rel_Project:
		return k.Project, func() (plan.Node, []column, error) { return d.project(k.Project) }
	case *pb.Rel_Aggregate:
		return k.Aggregate, func() (plan.Node, []column, error) { return d.aggregate(k.Aggregate) }
	case *pb.Rel_Sort:
		return k.Sort, func() (plan.Node, []column, error) { return d.sort(k.Sort) }
	case *pb.Rel_Fetch:
		return k.Fetch, func() (plan.Node, []column, error) { return d.fetch(k.Fetch) }
	case *pb.Rel_Join:
		return k.Join, func() (plan.Node, []column, error) { return d.join(k.Join) }
	case *pb.Rel_Cross:
		return k.Cross, func() (plan.Node, []column, error) { return d.cross(k.Cross) }
	case *pb.Rel_Set:
		return k.Set, func() (plan.Node, []column, error) { return d.set(k.Set) }
	case *pb.Rel_ExtensionSingle:
		return k.ExtensionSingle, func() (plan.Node, []column, error) { return d.unnest(k.ExtensionSingle) }
	}
	return nil, nil
}

// enhanced refuses extensions that change what a message means.
func (d *decoder) enhanced(x *extensions.AdvancedExtension) error {
	if x.GetEnhancement() != nil {
		return d.unsupported("enhancement %s", x.GetEnhancement().GetTypeUrl())
	}
	return nil
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
