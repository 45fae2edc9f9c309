package optimize

import "github.com/outcropdb/outcrop/plan"

// limit puts LIMIT and OFFSET below what is computed of each row: it is then computed for the rows that go
// out alone, and a Fetch meets the Sort below it, which need not sort more than that.
func limit(n plan.Node, _ *Context) plan.Node {
	return plan.Rewrite(n, func(n plan.Node) plan.Node {
		if fetch, ok := n.(*plan.Fetch); ok {
			return lowered(fetch)
		}
		return n
	})
}

func lowered(fetch *plan.Fetch) plan.Node {
	project, ok := fetch.Input.(*plan.Project)
	if !ok {
		return fetch
	}
	below := &plan.Fetch{Input: project.Input, Offset: fetch.Offset, Count: fetch.Count}
	return project.WithInputs([]plan.Node{lowered(below)})
}
