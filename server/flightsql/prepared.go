package flightsql

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/outcropdb/outcrop/server"
	"github.com/outcropdb/outcrop/vec"
)

// CreatePreparedStatement checks SQL and tells what it returns and takes. A parameter takes any type, which
// Flight SQL cannot say: it is announced as null.
func (f *service) CreatePreparedStatement(ctx context.Context, r flightsql.ActionCreatePreparedStatementRequest) (flightsql.ActionCreatePreparedStatementResult, error) {
	return f.prepare(ctx, &statement{SQL: r.GetQuery()})
}

// CreatePreparedSubstraitPlan is CreatePreparedStatement of a plan.
func (f *service) CreatePreparedSubstraitPlan(ctx context.Context, r flightsql.ActionCreatePreparedSubstraitPlanRequest) (flightsql.ActionCreatePreparedStatementResult, error) {
	return f.prepare(ctx, &statement{Substrait: r.GetPlan().Plan})
}

func (f *service) prepare(ctx context.Context, s *statement) (result flightsql.ActionCreatePreparedStatementResult, err error) {
	schema, names, err := f.shape(ctx, s)
	if err != nil {
		return result, err
	}
	parameters := make([]arrow.Field, len(names))
	for i, name := range names {
		parameters[i] = arrow.Field{Name: name, Type: arrow.Null, Nullable: true}
	}
	update := false
	return flightsql.ActionCreatePreparedStatementResult{
		Handle: s.handle(), DatasetSchema: schema, ParameterSchema: arrow.NewSchema(parameters, nil), IsUpdate: &update,
	}, nil
}

// ClosePreparedStatement has nothing to let go of.
func (f *service) ClosePreparedStatement(context.Context, flightsql.ActionClosePreparedStatementRequest) error {
	return nil
}

// DoPutPreparedStatementQuery binds one row of parameters, by name or by position. The statement with its values is the handle that it returns, which the
// client uses from then on.
func (f *service) DoPutPreparedStatementQuery(ctx context.Context, q flightsql.PreparedStatementQuery, rows flight.MessageReader, _ flight.MetadataWriter) ([]byte, error) {
	s, err := parseHandle(q.GetPreparedStatementHandle())
	if err != nil {
		return nil, err
	}
	s.Parameters = nil
	_, names, err := f.shape(ctx, s)
	if err != nil {
		return nil, err
	}
	bound := false
	for rows.Next() {
		batch := rows.RecordBatch()
		if batch.NumRows() == 0 {
			continue
		}
		if bound || batch.NumRows() > 1 {
			return nil, status.Error(codes.Unimplemented, "not supported yet: more than one row of parameters; run the statement once for each")
		}
		bound = true
		for i, column := range batch.Columns() {
			name, err := parameterName(names, batch.ColumnName(i), i)
			if err != nil {
				return nil, err
			}
			var v vec.Vector
			if err := vec.FromArrow(&v, column); err != nil {
				return nil, status.Errorf(codes.InvalidArgument, "parameter %s: %s", name, err)
			}
			s.Parameters = append(s.Parameters, server.Parameter{Name: name, Value: slices.Clone(v.Value(0))})
		}
	}
	if err := rows.Err(); err != nil {
		return nil, status.Errorf(codes.InvalidArgument, "parameters: %s", err)
	}
	return s.handle(), nil
}

// parameterName is which parameter column i stands for. Names of columns say it only of parameters that have
// names: clients call their columns "0" and "1" where the first ? is named 1.
func parameterName(names []string, column string, i int) (string, error) {
	column = strings.TrimLeft(column, ":$")
	if _, err := strconv.Atoi(column); err != nil && slices.Contains(names, column) {
		return column, nil
	}
	if i >= len(names) {
		return "", status.Errorf(codes.InvalidArgument, "value %d, %q: the statement has %d parameters", i+1, column, len(names))
	}
	return names[i], nil
}

// GetFlightInfoPreparedStatement describes the result of a prepared statement.
func (f *service) GetFlightInfoPreparedStatement(ctx context.Context, q flightsql.PreparedStatementQuery, d *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	s, err := parseHandle(q.GetPreparedStatementHandle())
	if err != nil {
		return nil, err
	}
	schema, _, err := f.shape(ctx, s)
	if err != nil {
		return nil, err
	}
	return f.info(schema, d, d.Cmd), nil
}

// GetSchemaPreparedStatement gives the columns of a prepared statement's result.
func (f *service) GetSchemaPreparedStatement(ctx context.Context, q flightsql.PreparedStatementQuery, _ *flight.FlightDescriptor) (*flight.SchemaResult, error) {
	s, err := parseHandle(q.GetPreparedStatementHandle())
	if err != nil {
		return nil, err
	}
	return f.statementSchema(ctx, s)
}

// DoGetPreparedStatement runs a prepared statement.
func (f *service) DoGetPreparedStatement(ctx context.Context, q flightsql.PreparedStatementQuery) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	s, err := parseHandle(q.GetPreparedStatementHandle())
	if err != nil {
		return nil, nil, err
	}
	return f.run(ctx, s)
}
