package rest

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// A plan that EXPLAIN shows is one that can be asked.
func TestSubstrait(t *testing.T) {
	d := withCollection(t)
	d.want(200, "POST", docs, `{"data":[{"_id":"a","n":1},{"_id":"b","n":2},{"_id":"c","n":3}]}`)
	var explained struct {
		Results []struct{ Plan string }
	}
	ask := func(query string) string {
		return d.want(200, "POST", "/v1/orgs/self/queries", query)
	}
	reply := ask(`{"sql":{"query":"EXPLAIN (FORMAT SUBSTRAIT) SELECT _id, n * 2 AS m FROM c WHERE n > :least ORDER BY n DESC"}}`)
	if err := json.Unmarshal([]byte(reply), &explained); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, r := range explained.Results {
		text.WriteString(r.Plan + "\n")
	}
	var plan pb.Plan
	if err := protojson.Unmarshal([]byte(text.String()), &plan); err != nil {
		t.Fatalf("%v: %s", err, reply)
	}
	encoded, err := proto.Marshal(&plan)
	if err != nil {
		t.Fatal(err)
	}
	body := `{"substrait":"` + base64.StdEncoding.EncodeToString(encoded) + `","parameters":[{"name":"least","type":"int","value":1}],"default_row_limit":10}`
	const want = `"results":[{"_id":"c","m":6},{"_id":"b","m":4}]`
	if reply := ask(body); !strings.Contains(reply, want) {
		t.Errorf("got %s, want %s", reply, want)
	}
}
