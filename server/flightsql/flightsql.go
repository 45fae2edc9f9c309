// Package flightsql is the Arrow Flight SQL door: queries in SQL or as Substrait plans, results as streams
// of Arrow record batches.
//
// Nothing is kept between calls: a ticket and the handle of a prepared statement are the statement itself.
package flightsql

import (
	"crypto/tls"
	"log/slog"

	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/outcropdb/outcrop/server"
)

const (
	// MaxRequestBytes of one message from a client: a statement, or the values of its parameters.
	MaxRequestBytes = 16 << 20
	// BatchBytes is about how many bytes of rows go into one message. gRPC clients refuse messages of more
	// than 4 MiB unless told otherwise; one row is never split, though.
	BatchBytes = 1 << 20
)

// Options may be left zero.
type Options struct {
	Version string       // of the server, as clients are told
	TLS     *tls.Config  // nil: no TLS
	Logger  *slog.Logger // default: slog.Default()
}

// New makes a gRPC server with the Flight SQL service of a server. The caller starts and stops it.
func New(s *server.Server, options Options) (*grpc.Server, error) {
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	f := &service{server: s, log: options.Logger}
	f.Alloc = memory.DefaultAllocator
	for _, info := range infos(options.Version) {
		if err := f.RegisterSqlInfo(info.id, info.value); err != nil {
			return nil, err
		}
	}
	grpcOptions := []grpc.ServerOption{
		grpc.MaxRecvMsgSize(MaxRequestBytes), grpc.UnaryInterceptor(f.unary), grpc.StreamInterceptor(f.streaming),
	}
	if options.TLS != nil {
		grpcOptions = append(grpcOptions, grpc.Creds(credentials.NewTLS(options.TLS)))
	}
	g := grpc.NewServer(grpcOptions...)
	flight.RegisterFlightServiceServer(g, flightsql.NewFlightServer(f))
	return g, nil
}

// service answers Flight SQL. What it does not answer is Unimplemented by its BaseServer.
type service struct {
	flightsql.BaseServer
	server *server.Server
	log    *slog.Logger
}

// infos is what clients can ask about the server itself.
func infos(version string) []struct {
	id    flightsql.SqlInfo
	value any
} {
	return []struct {
		id    flightsql.SqlInfo
		value any
	}{
		{flightsql.SqlInfoFlightSqlServerName, "Outcrop"},
		{flightsql.SqlInfoFlightSqlServerVersion, version},
		{flightsql.SqlInfoFlightSqlServerArrowVersion, "18.8.0"},
		{flightsql.SqlInfoFlightSqlServerReadOnly, true},
		{flightsql.SqlInfoFlightSqlServerSql, true},
		{flightsql.SqlInfoFlightSqlServerSubstrait, true},
		{flightsql.SqlInfoFlightSqlServerTransaction, int32(flightsql.SqlTransactionNone)},
		{flightsql.SqlInfoFlightSqlServerCancel, false},
		{flightsql.SqlInfoIdentifierQuoteChar, `"`},
	}
}
