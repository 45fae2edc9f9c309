package flightsql

import (
	"context"
	"encoding/json"

	"github.com/apache/arrow-go/v18/arrow"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/server"
	"github.com/outcropdb/outcrop/vec"
)

// statement is a query with the values of its parameters. Its JSON is what clients carry as tickets and
// handles.
type statement struct {
	SQL        string             `json:"sql,omitempty"`
	Substrait  []byte             `json:"substrait,omitempty"`
	Parameters []server.Parameter `json:"parameters,omitempty"`
}

func (s *statement) handle() []byte {
	text, err := json.Marshal(s)
	if err != nil {
		panic("bug: " + err.Error())
	}
	return text
}

// parseHandle reads what a client brings back.
func parseHandle(handle []byte) (*statement, error) {
	var s statement
	if err := json.Unmarshal(handle, &s); err != nil || (s.SQL == "") == (len(s.Substrait) == 0) {
		return nil, status.Error(codes.InvalidArgument, "the handle is not one that this server gave out")
	}
	for _, p := range s.Parameters {
		if err := vec.Check(p.Value, ingest.MaxDepth); err != nil {
			return nil, status.Errorf(codes.InvalidArgument, "the handle is damaged: parameter %s: %s", p.Name, err)
		}
	}
	return &s, nil
}

// request is the statement as the server takes it. A star gives a column per field: a stream has one schema.
func (f *service) request(ctx context.Context, s *statement) server.Request {
	return server.Request{
		SQL: s.SQL, Substrait: s.Substrait, Parameters: s.Parameters, ExpandStar: true,
		Allowed: func(workspace string) error { return f.allows(ctx, catalog.QueryData, workspace) },
	}
}

// shape is what a statement's result looks like, and the names of its parameters.
func (f *service) shape(ctx context.Context, s *statement) (*arrow.Schema, []string, error) {
	shape, err := f.server.Shape(ctx, f.request(ctx, s))
	if err != nil {
		return nil, nil, f.status(err)
	}
	return schemaOf(shape.Fields), shape.Parameters, nil
}

// schemaOf is the schema of a result with these columns.
func schemaOf(fields []plan.Field) *arrow.Schema {
	list := make([]arrow.Field, len(fields))
	for i, f := range fields {
		list[i] = arrow.Field{Name: f.Name, Type: vec.ArrowType(f.Type), Nullable: true}
	}
	return arrow.NewSchema(list, nil)
}
