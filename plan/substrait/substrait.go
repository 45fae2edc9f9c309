// Package substrait writes plans as Substrait protobuf and reads them back, also those of other producers.
// It is the one door to the executor: what comes out of Unmarshal has been checked. See docs/substrait.md.
package substrait

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/outcropdb/outcrop/plan"
)

const (
	// MaxBytes of an encoded plan: enough for an IN list of a million numbers. Decoded it can be 50 times as
	// large.
	MaxBytes = 16 << 20

	// MaxDepth is how deep relations and expressions may be inside each other. Everything that walks plans
	// does so by recursion; this bounds its stack. The longest chain of operators that SQL may have stays below.
	MaxDepth = 12_000

	// maxMessageDepth is for the protobuf decoder, before there is a plan to measure: subqueries in measures
	// are four messages a level, the rest fewer.
	maxMessageDepth = 4*MaxDepth + 100
)

// Version of Substrait whose messages are written.
const versionMinor = 85

// Marshal writes a plan as a substrait.Plan. Equal plans give equal bytes. What the optimizer chose
// (Read.Access) is not part of it, and the pairs of Join.Equal become part of the join's condition.
// The error is a *plan.Error: a plan that is nested too deeply, or a name that is not UTF-8.
func Marshal(root *plan.Root) ([]byte, error) {
	e := newEncoder()
	input, err := e.rel(root.Input)
	if err != nil {
		return nil, err
	}
	message := &pb.Plan{
		Version: &pb.Version{MinorNumber: versionMinor, Producer: "outcrop"},
		Relations: []*pb.PlanRel{{RelType: &pb.PlanRel_Root{
			Root: &pb.RelRoot{Input: input, Names: root.Names},
		}}},
	}
	if err := e.declare(message); err != nil {
		return nil, err
	}
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	if err == nil && len(data) > MaxBytes {
		err = fmt.Errorf("%d bytes, more than the limit of %d", len(data), MaxBytes)
	}
	if err != nil {
		return nil, unwritable(err)
	}
	return data, nil
}

// Unmarshal reads a substrait.Plan and finds its tables in a catalog. Field references, functions and
// literals have been checked when it returns, and types worked out anew: the executor can trust the plan.
// The error is a *plan.Error, or the catalog's about a name.
func Unmarshal(ctx context.Context, data []byte, catalog plan.Catalog) (*plan.Root, error) {
	message, err := parse(data)
	if err != nil {
		return nil, err
	}
	d, err := newDecoder(ctx, message, catalog)
	if err != nil {
		return nil, err
	}
	return d.root(message)
}

// JSON is the protobuf JSON of an encoded plan, indented. Equal plans give equal text.
func JSON(data []byte) (string, error) {
	message, err := parse(data)
	if err != nil {
		return "", err
	}
	text, err := protojson.Marshal(message)
	if err != nil {
		return "", malformed("%s", err)
	}
	var b bytes.Buffer // protojson varies its spaces on purpose
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return "", malformed("%s", err)
	}
	return b.String(), nil
}

func parse(data []byte) (*pb.Plan, error) {
	if len(data) > MaxBytes {
		return nil, malformed("%d bytes, more than the limit of %d", len(data), MaxBytes)
	}
	message := &pb.Plan{}
	if err := (proto.UnmarshalOptions{RecursionLimit: maxMessageDepth}).Unmarshal(data, message); err != nil {
		// Package proto varies the kind of its spaces, so that nobody relies on its text.
		return nil, malformed("no protobuf of substrait.Plan: %s", strings.ReplaceAll(err.Error(), "\u00a0", " "))
	}
	return message, nil
}

// unwritable is the error of a query that has no encoding, such as one with a name that is not UTF-8.
func unwritable(err error) error {
	return plan.Errorf(plan.Position{}, "the query cannot be written as a plan: %s", err)
}

// malformed is the error of a plan that breaks Substrait's rules.
func malformed(format string, args ...any) error {
	return plan.Errorf(plan.Position{}, "Substrait plan: %s", fmt.Sprintf(format, args...))
}

// unsupported is the error of a plan that means something we cannot run.
func unsupported(format string, args ...any) error {
	return malformed("not supported yet: %s", fmt.Sprintf(format, args...))
}
