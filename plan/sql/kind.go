package sql

// Kind is what a statement is called: the words it begins with, such as INSERT or CREATE VIEW; a query is
// a SELECT.
func Kind(s Statement) string {
	switch s := s.(type) {
	case *WithOptions:
		return Kind(s.Statement)
	case *Query:
		return "SELECT"
	case *Insert, *Export:
		return "INSERT"
	case *Delete:
		return "DELETE"
	case *Update:
		return "UPDATE"
	case *Describe:
		return "DESCRIBE"
	case *Explain:
		return "EXPLAIN"
	case *Create:
		return "CREATE " + s.Kind
	case *Alter:
		return "ALTER " + s.Kind
	case *Drop:
		return "DROP " + s.Kind
	}
	panic("bug: a statement of unknown kind")
}
