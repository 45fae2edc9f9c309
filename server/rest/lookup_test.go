package rest

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/server"
)

// BenchmarkPointLookup is a document by its _id, from the request to the reply, without the network.
func BenchmarkPointLookup(b *testing.B) {
	const documents = 5000
	s, err := server.Open(b.Context(), server.Options{Dir: b.TempDir(), AdminKey: adminKey, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := s.Close(context.Background()); err != nil {
			b.Error(err)
		}
	}()
	handler := New(s, Options{Logger: slog.New(slog.DiscardHandler)})
	call := func(path, body string) string {
		request := httptest.NewRequest(http.MethodPost, "/v1/orgs/self/"+path, strings.NewReader(body))
		request.Header.Set("Authorization", "ApiKey "+adminKey)
		reply := httptest.NewRecorder()
		handler.ServeHTTP(reply, request)
		if reply.Code != http.StatusOK {
			b.Fatal(reply.Code, reply.Body)
		}
		return reply.Body.String()
	}
	call("ws/commons/collections", `{"name":"points"}`)
	var data strings.Builder
	for i := range documents {
		fmt.Fprintf(&data, `{"_id":"id-%06d","kind":"point","at":[%d,%d],"n":%d},`, i, i, -i, i)
	}
	call("ws/commons/collections/points/docs", `{"data":[`+strings.TrimSuffix(data.String(), ",")+`]}`)
	for name, form := range map[string]string{
		"literal":   `{"sql":{"query":"SELECT * FROM points WHERE _id = 'id-%06d'"}}`,
		"parameter": `{"sql":{"query":"SELECT * FROM points WHERE _id = :id","parameters":[{"name":"id","type":"string","value":"id-%06d"}]}}`,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				i = (i + 977) % documents
				if got := call("queries", fmt.Sprintf(form, i)); !strings.Contains(got, fmt.Sprintf(`"n":%d}`, i)) {
					b.Fatal(got)
				}
			}
		})
	}
}
