package main

import (
	"slices"
	"strings"
	"testing"
)

func TestStatements(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"  ;; ; -- nothing\n", nil},
		{"SELECT 1", []string{"SELECT 1"}},
		{"SELECT 1; SELECT 2 ;", []string{"SELECT 1", "SELECT 2"}},
		{"SELECT ';' , \";\", `;`; x", []string{"SELECT ';' , \";\", `;`", "x"}},
		{"SELECT 'it''s;' ; y", []string{"SELECT 'it''s;'", "y"}},
		{"SELECT 1 -- a;b\n + 1; z", []string{"SELECT 1 -- a;b\n + 1", "z"}},
		{"/* ; */ SELECT /* '*/ 1;", []string{"/* ; */ SELECT /* '*/ 1"}},
		{"SELECT 'open; SELECT 2", []string{"SELECT 'open; SELECT 2"}},
		{"SELECT /* open ; ", []string{"SELECT /* open ;"}},
		{"SELECT 'größer;' ;", []string{"SELECT 'größer;'"}},
	} {
		if got := statements(tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestComplete(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "  ": true, `\d`: true, `\d commons.events`: true, "SELECT 1;": true, "SELECT 1; -- done": false,
		"SELECT 1": false, "SELECT 1; SELECT 2": false, "SELECT ';": false, "SELECT 1;\n": true, "SELECT 1; SELECT 2;": true,
	} {
		if got := complete(text); got != want {
			t.Errorf("%q: got %t, want %t", text, got, want)
		}
	}
}

func TestCompletions(t *testing.T) {
	names := []string{"commons.events", "commons.users", "web.hits"}
	for typed, want := range map[string][]string{
		"SELECT * FROM commons.e": {"commons.events"},
		"sel":                     {"select"},
		"SEL":                     {"SELECT"},
		"SELECT ":                 nil,
		"SELECT COUNT(DIS":        {"DISTINCT"},
		"x FROM w":                {"web.hits", "when", "where", "with"},
	} {
		if got := completions(typed, names); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}

func TestCaret(t *testing.T) {
	for _, tt := range []struct {
		text         string
		line, column int
		want         string
	}{
		{"SELECT x", 1, 8, "  SELECT x\n         ^\n"},
		{"SELECT\n\tx FROM y", 2, 2, "   x FROM y\n   ^\n"},
		{"SELECT '日本' x", 1, 13, "  SELECT '日本' x\n                ^\n"},
		{"SELECT", 1, 99, "  SELECT\n        ^\n"},
		{"SELECT", 2, 1, ""},
		{"SELECT", 0, 0, ""},
	} {
		if got := caret(tt.text, tt.line, tt.column); got != tt.want {
			t.Errorf("%q at %d:%d: got %q, want %q", tt.text, tt.line, tt.column, got, tt.want)
		}
	}
}

func FuzzStatements(f *testing.F) {
	f.Add("SELECT ';' ; -- x\n/* y; */ \"z\"")
	f.Add("'")
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range statements(text) {
			if s == "" || !strings.Contains(text, s) {
				t.Errorf("%q: statement %q is no part of it", text, s)
			}
		}
	})
}
