package substrait

import (
	"fmt"
	"slices"
	"strings"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"github.com/substrait-io/substrait-protobuf/go/substraitpb/extensions"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

// Notes of ours that Substrait has no field for are its FunctionOptions, a name and a list of texts: as the
// options of a call, else as an advanced extension, packed in an Any.
const (
	positionNote   = "position"    // of a call: "line:column" of the query's text
	positionsNote  = "positions"   // of a relation: those of its casts and subqueries, in order; "" is none
	parametersNote = "parameters"  // of a plan: the parameters' names, by anchor
	accessNote     = "access_path" // of a read: Read.Hint
	limitNote      = "limit"       // of a measure: Measure.Limit
	ordinalityNote = "ordinality"  // of unnest: Unnest.Ordinality
	outerNote      = "outer"       // of unnest: Unnest.Outer
)

// note makes an advanced extension that others may ignore.
func note(name string, texts ...string) (*extensions.AdvancedExtension, error) {
	option, err := pack(&pb.FunctionOption{Name: name, Preference: texts})
	return &extensions.AdvancedExtension{Optimization: []*anypb.Any{option}}, err
}

func pack(m proto.Message) (*anypb.Any, error) {
	out := &anypb.Any{}
	if err := anypb.MarshalFrom(out, m, proto.MarshalOptions{Deterministic: true}); err != nil {
		return nil, unwritable(err)
	}
	return out, nil
}

// noted is what a note says; nil if there is none.
func noted(x *extensions.AdvancedExtension, name string) []string {
	for _, packed := range x.GetOptimization() {
		option := &pb.FunctionOption{}
		if packed.MessageIs(option) && packed.UnmarshalTo(option) == nil && option.GetName() == name {
			return option.GetPreference()
		}
	}
	return nil
}

// declarations number what a plan's messages refer to, in the order of use.
type declarations struct {
	urns      []string
	functions []declared
	types     []vec.Type
	anchors   map[declared]uint32
}

// functionAnchor is the number of a function, which is declared if it is new.
func (s *declarations) functionAnchor(f declared) uint32 {
	anchor, ok := s.anchors[f]
	if !ok {
		anchor = uint32(len(s.functions) + 1)
		s.anchors[f] = anchor
		s.functions = append(s.functions, f)
	}
	return anchor
}

func (s *declarations) typeAnchor(t vec.Type) uint32 {
	i := slices.Index(s.types, t)
	if i < 0 {
		i = len(s.types)
		s.types = append(s.types, t)
	}
	return uint32(i + 1)
}

func (s *declarations) urnAnchor(urn string) uint32 {
	i := slices.Index(s.urns, urn)
	if i < 0 {
		i = len(s.urns)
		s.urns = append(s.urns, urn)
	}
	return uint32(i + 1)
}

// declare writes the declarations into the plan.
func (s *declarations) declare(p *pb.Plan) {
	for i, t := range s.types {
		p.Extensions = append(p.Extensions, &extensions.SimpleExtensionDeclaration{
			MappingType: &extensions.SimpleExtensionDeclaration_ExtensionType_{
				ExtensionType: &extensions.SimpleExtensionDeclaration_ExtensionType{
					ExtensionUrnReference: s.urnAnchor(function.OwnURN), TypeAnchor: uint32(i + 1), Name: t.String(),
				},
			},
		})
	}
	for i, f := range s.functions {
		p.Extensions = append(p.Extensions, &extensions.SimpleExtensionDeclaration{
			MappingType: &extensions.SimpleExtensionDeclaration_ExtensionFunction_{
				ExtensionFunction: &extensions.SimpleExtensionDeclaration_ExtensionFunction{
					ExtensionUrnReference: s.urnAnchor(f.urn), FunctionAnchor: uint32(i + 1), Name: f.name,
				},
			},
		})
	}
	for i, urn := range s.urns {
		p.ExtensionUrns = append(p.ExtensionUrns, &extensions.SimpleExtensionURN{ExtensionUrnAnchor: uint32(i + 1), Urn: urn})
	}
}

// declaredType is what a type anchor stands for: a type of ours, or why it is none.
type declaredType struct {
	typ vec.Type
	err string
}

// readDeclarations fills the decoder's tables of functions and types.
func (d *decoder) readDeclarations(p *pb.Plan) error {
	urns := map[uint32]string{}
	for _, u := range p.GetExtensionUrns() {
		urns[u.GetExtensionUrnAnchor()] = u.GetUrn()
	}
	// Producers before 2025 give URIs, in messages that today's Substrait no longer has.
	uris := map[uint32]string{}
	err := fields(p.ProtoReflect().GetUnknown(), 1, func(uri []byte, _ uint64) error {
		var anchor uint32
		if err := fields(uri, 1, func(_ []byte, n uint64) error { anchor = uint32(n); return nil }); err != nil {
			return err
		}
		return fields(uri, 2, func(text []byte, _ uint64) error { uris[anchor] = urnOf(string(text)); return nil })
	})
	if err != nil {
		return malformed("extension URIs: %s", err)
	}
	urnOf := func(m proto.Message, reference uint32) string {
		if urn, ok := urns[reference]; ok {
			return urn
		}
		_ = fields(m.ProtoReflect().GetUnknown(), 1, func(_ []byte, n uint64) error { reference = uint32(n); return nil })
		return uris[reference]
	}
	for _, x := range p.GetExtensions() {
		if f := x.GetExtensionFunction(); f != nil {
			d.functions[f.GetFunctionAnchor()] = declared{urnOf(f, f.GetExtensionUrnReference()), f.GetName()}
		}
		if t := x.GetExtensionType(); t != nil {
			d.types[t.GetTypeAnchor()] = ownType(urnOf(t, t.GetExtensionUrnReference()), t.GetName())
		}
	}
	return nil
}

func ownType(urn, name string) declaredType {
	i := slices.IndexFunc(userTypes[:], func(t vec.Type) bool { return t.String() == name })
	if i < 0 || urn != function.OwnURN && urn != "" {
		return declaredType{err: fmt.Sprintf("type %s of extension %q", name, urn)}
	}
	return declaredType{typ: userTypes[i]}
}

// urnOf is the URN of an extension that is given by the address of its file.
func urnOf(uri string) string {
	file := strings.TrimSuffix(uri[strings.LastIndexByte(uri, '/')+1:], ".yaml")
	if strings.HasPrefix(file, "functions_") {
		return function.StandardURN + file
	}
	return uri
}

// fields gives the values of a field of an encoded message: bytes, or a number.
func fields(message []byte, number protowire.Number, value func([]byte, uint64) error) error {
	for len(message) > 0 {
		got, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return protowire.ParseError(n)
		}
		message = message[n:]
		var content []byte
		var varint uint64
		switch {
		case got == number && kind == protowire.BytesType:
			content, n = protowire.ConsumeBytes(message)
		case got == number && kind == protowire.VarintType:
			varint, n = protowire.ConsumeVarint(message)
		default:
			n = protowire.ConsumeFieldValue(got, kind, message)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		message = message[n:]
		if got != number {
			continue
		}
		if err := value(content, varint); err != nil {
			return err
		}
	}
	return nil
}
