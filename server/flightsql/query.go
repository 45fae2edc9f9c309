package flightsql

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
)

// unknown is how a FlightInfo says that it does not know how much there is.
const unknown = -1

// info describes one stream, which whoever has the ticket gets from this server.
func (f *service) info(schema *arrow.Schema, descriptor *flight.FlightDescriptor, ticket []byte) *flight.FlightInfo {
	return &flight.FlightInfo{
		Schema: flight.SerializeSchema(schema, f.Alloc), FlightDescriptor: descriptor,
		Endpoint:     []*flight.FlightEndpoint{{Ticket: &flight.Ticket{Ticket: ticket}}},
		TotalRecords: unknown, TotalBytes: unknown,
	}
}

// statementInfo describes a statement's result by a ticket with its text.
func (f *service) statementInfo(ctx context.Context, s *statement, descriptor *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	schema, _, err := f.shape(ctx, s)
	if err != nil {
		return nil, err
	}
	ticket, err := flightsql.CreateStatementQueryTicket(s.handle())
	if err != nil {
		return nil, f.status(err)
	}
	return f.info(schema, descriptor, ticket), nil
}

func (f *service) statementSchema(ctx context.Context, s *statement) (*flight.SchemaResult, error) {
	schema, _, err := f.shape(ctx, s)
	if err != nil {
		return nil, err
	}
	return &flight.SchemaResult{Schema: flight.SerializeSchema(schema, f.Alloc)}, nil
}

// GetFlightInfoStatement describes the result of SQL.
func (f *service) GetFlightInfoStatement(ctx context.Context, q flightsql.StatementQuery, d *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return f.statementInfo(ctx, &statement{SQL: q.GetQuery()}, d)
}

// GetSchemaStatement gives the columns of SQL's result.
func (f *service) GetSchemaStatement(ctx context.Context, q flightsql.StatementQuery, _ *flight.FlightDescriptor) (*flight.SchemaResult, error) {
	return f.statementSchema(ctx, &statement{SQL: q.GetQuery()})
}

// GetFlightInfoSubstraitPlan describes the result of a plan.
func (f *service) GetFlightInfoSubstraitPlan(ctx context.Context, q flightsql.StatementSubstraitPlan, d *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return f.statementInfo(ctx, &statement{Substrait: q.GetPlan().Plan}, d)
}

// GetSchemaSubstraitPlan gives the columns of a plan's result.
func (f *service) GetSchemaSubstraitPlan(ctx context.Context, q flightsql.StatementSubstraitPlan, _ *flight.FlightDescriptor) (*flight.SchemaResult, error) {
	return f.statementSchema(ctx, &statement{Substrait: q.GetPlan().Plan})
}

// DoGetStatement runs what a ticket says.
func (f *service) DoGetStatement(ctx context.Context, ticket flightsql.StatementQueryTicket) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	s, err := parseHandle(ticket.GetStatementHandle())
	if err != nil {
		return nil, nil, err
	}
	return f.run(ctx, s)
}

// run starts a statement. The caller reads the chunks up to their end, which comes soon once ctx is done.
func (f *service) run(ctx context.Context, s *statement) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	r := &records{ctx: ctx, alloc: f.Alloc, begun: make(chan *arrow.Schema, 1), failed: make(chan error, 1), chunks: make(chan flight.StreamChunk)}
	go func() {
		defer close(r.chunks)
		if err := f.query(ctx, s, r); err != nil {
			r.fail(f.status(err))
		}
	}()
	select {
	case schema := <-r.begun:
		return schema, r.chunks, nil
	case err := <-r.failed:
		return nil, nil, err
	}
}

// query runs a statement to its end.
func (f *service) query(ctx context.Context, s *statement, r *records) (err error) {
	defer f.recover(&err)
	_, err = f.server.Query(ctx, f.request(ctx, s), r)
	return err
}
