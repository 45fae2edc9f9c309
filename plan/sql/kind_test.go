package sql

import "testing"

func TestKind(t *testing.T) {
	for text, want := range map[string]string{
		"SELECT 1": "SELECT", "VALUES (1)": "SELECT", "OPTION(x=1) SELECT 1": "SELECT",
		"INSERT INTO c SELECT 1": "INSERT", "INSERT INTO 's3://x' INTEGRATION='i' FORMAT=(TYPE='JSON') SELECT 1": "INSERT",
		"DELETE FROM c": "DELETE", "UPDATE c SET a = 1": "UPDATE", "DESCRIBE c": "DESCRIBE", "EXPLAIN SELECT 1": "EXPLAIN",
		"CREATE VIEW v AS SELECT 1": "CREATE VIEW", "ALTER ALIAS a FOR c": "ALTER ALIAS", "DROP COLLECTION c": "DROP COLLECTION",
	} {
		s, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := Kind(s); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
