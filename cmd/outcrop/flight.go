package main

import (
	"context"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// maxFlightMessage is the largest record batch that is taken, in bytes.
const maxFlightMessage = 256 << 20

// runArrow runs a statement through Flight SQL and writes its result as an Arrow IPC stream.
func (s *session) runArrow(ctx context.Context, statement string) error {
	secret := insecure.NewCredentials()
	if s.client.tls != nil {
		secret = credentials.NewTLS(s.client.tls)
	}
	client, err := flightsql.NewClient(s.flight, nil, nil, grpc.WithTransportCredentials(secret),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxFlightMessage)))
	if err != nil {
		return fmt.Errorf("asking Flight SQL at %s: %w", s.flight, err)
	}
	defer client.Close()
	ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+s.client.key)
	if err := fetchArrow(ctx, client, statement, s.io.out); err != nil {
		if st, ok := status.FromError(err); ok {
			return fmt.Errorf("asking Flight SQL at %s: %s", s.flight, st.Message())
		}
		return err
	}
	return nil
}

func fetchArrow(ctx context.Context, client *flightsql.Client, statement string, out io.Writer) error {
	info, err := client.Execute(ctx, statement)
	if err != nil {
		return err
	}
	var writer *ipc.Writer
	for _, endpoint := range info.Endpoint {
		reader, err := client.DoGet(ctx, endpoint.Ticket)
		if err != nil {
			return err
		}
		if writer == nil {
			writer = ipc.NewWriter(out, ipc.WithSchema(reader.Schema()))
		}
		if err := copyBatches(writer, reader); err != nil {
			return err
		}
	}
	if writer == nil {
		return fmt.Errorf("the answer has no place to fetch rows from")
	}
	return writer.Close()
}

func copyBatches(writer *ipc.Writer, reader *flight.Reader) error {
	defer reader.Release()
	for reader.Next() {
		if err := writer.Write(reader.RecordBatch()); err != nil {
			return err
		}
	}
	return reader.Err()
}
