package server

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec/function"
)

// operands are columns of sameDocument and constants, of all types.
var operands = strings.Split(`n|s|f|b|mixed|deep|deep.a.b|tags|tags[1]|d|ts|_id|NULL|UNDEFINED|0|3|-1|64|2.5|-0.0|'k1'|''|'UTC'|'Europe/Berlin'|'day'|'month'|'%Y-%m'|'ä€'|'(k)'|'NFD'|'{"a":1}'|'2024-01-31'|true|[1, 2]|['a', NULL]|[[1]]|{'a': 1, 'b': 'x'}|DATE '2024-02-29'|TIMESTAMP '2024-02-29T12:00:00Z'|DATETIME '0001-01-01T00:00:00'|TIME '23:59:59'|INTERVAL 1 DAY|INTERVAL 1 MONTH|X'00ff'|9223372036854775807|1e300`, "|")

// Any function of any arguments gives values of the type that its plan promises, or an error of the caller's,
// and the same from memory and from segments.
func TestRandomCalls(t *testing.T) {
	const seed, calls = 9, 2500
	s := sameServer(t)
	r := rand.New(rand.NewPCG(seed, 0))
	scalars, aggregates := function.Names(), function.AggregateNames()
	answered := 0
	for range calls {
		var query string
		if r.IntN(6) == 0 {
			f, _ := function.LookupAggregate(aggregates[r.IntN(len(aggregates))])
			distinct := ""
			if r.IntN(4) == 0 {
				distinct = "DISTINCT "
			}
			call := f.Name + "(" + distinct + randomOperands(r, f.MinArgs, f.MaxArgs) + ")"
			if f.Ordered {
				call = strings.Replace(call, ")", " ORDER BY _id)", 1)
			}
			query = fmt.Sprintf("SELECT b, %s FROM $docs WHERE n < 60 GROUP BY b", call)
		} else {
			f, _ := function.Lookup(scalars[r.IntN(len(scalars))])
			if f.Volatile || f.Now != nil {
				continue
			}
			call := `"` + f.Name + `"(` + randomOperands(r, f.MinArgs, f.MaxArgs) + ")"
			query = fmt.Sprintf([]string{
				"SELECT %s FROM $docs WHERE n < 60",
				"SELECT TRY(%s) FROM $docs WHERE n < 60",
				"SELECT TRY(%s), count(*) FROM $docs WHERE n < 60 GROUP BY 1",
				"SELECT _id FROM $docs WHERE n < 60 AND TRY(%s) IS NOT NULL",
				"SELECT typeof(TRY(%s)) FROM $docs WHERE n < 60 ORDER BY 1",
			}[r.IntN(5)], call)
		}
		var want []string
		var wantErr error
		for v := range 2 { // in memory, in a segment
			got, err := sameRows(s, Request{SQL: inVariant(query, v, "")})
			var callers *plan.Error
			var memory *instance.BudgetError
			if err != nil && !errors.As(err, &callers) && !errors.As(err, &memory) {
				t.Fatalf("%v\n%s", err, query)
			}
			if v == 0 {
				want, wantErr = got, err
				continue
			}
			if (err == nil) != (wantErr == nil) {
				t.Errorf("%v, and in memory %v\n%s", err, wantErr, query)
			} else if err := sameText(got, want); err != nil {
				t.Errorf("%v\n%s", err, query)
			}
		}
		if wantErr == nil {
			answered++
		}
	}
	if answered < calls/4 {
		t.Errorf("%d of %d calls were answered", answered, calls)
	}
}

func randomOperands(r *rand.Rand, least, most int) string {
	if most < 0 {
		most = least + 3
	}
	args := make([]string, least+r.IntN(most-least+1))
	for i := range args {
		args[i] = operands[r.IntN(len(operands))]
	}
	return strings.Join(args, ", ")
}
