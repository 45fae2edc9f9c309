package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"github.com/reeflective/readline"
)

const replHelp = `A statement ends with ';' and may take several lines. Ctrl-C drops what is typed or stops a query, Ctrl-D ends.
  \d               list collections
  \d ws.name       list the fields of a collection, with their types
  \format [NAME]   how results are printed: %s
  \timing          say how long statements take, or stop saying it
  \? or \help      this list
  \q               end
`

// historyFile keeps what was typed in, below the user's state folder.
const historyFile = "outcrop/history"

// stateFolder is where the XDG rules want state of a user's programs.
func stateFolder() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "state"), err
}

// interact runs what the user types in, until the end.
func (s *session) interact(ctx context.Context) error {
	s.timing = true
	names, err := s.collectionNames(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.io.out, "Connected to %s. \\? for help.\n", s.client.base)
	shell := readline.NewShell()
	shell.Prompt.Primary(func() string { return "outcrop> " })
	shell.Prompt.Secondary(func() string { return "    ...> " })
	shell.AcceptMultiline = func(line []rune) bool { return complete(string(line)) }
	shell.Completer = func(line []rune, cursor int) readline.Completions {
		return readline.CompleteValues(completions(string(line[:cursor]), names)...)
	}
	if dir, err := stateFolder(); err == nil {
		file := filepath.Join(dir, historyFile)
		if os.MkdirAll(filepath.Dir(file), 0o700) == nil {
			if history, err := readline.NewHistoryFromFile(file); err == nil {
				shell.History.Add("statements", history)
			}
		}
	}
	for {
		line, err := shell.Readline()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if errors.Is(err, readline.ErrInterrupt) {
			continue
		}
		if err != nil {
			return err
		}
		if ended := s.enteredUntilInterrupt(ctx, line); ended {
			return nil
		}
	}
}

// enteredUntilInterrupt is entered, which Ctrl-C stops.
func (s *session) enteredUntilInterrupt(ctx context.Context, line string) (end bool) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	return s.entered(ctx, line)
}

// complete tells whether what is typed can be run: a command, nothing, or whole statements.
func complete(line string) bool {
	if trimmed := strings.TrimSpace(line); trimmed == "" || trimmed[0] == '\\' {
		return true
	}
	for line != "" {
		var whole bool
		if _, line, whole = nextStatement(line); !whole {
			return false
		}
		line = strings.TrimSpace(line)
	}
	return true
}

// entered runs a command or statements. It tells whether the user wants to end.
func (s *session) entered(ctx context.Context, line string) (end bool) {
	command := strings.Fields(strings.TrimRight(strings.TrimSpace(line), ";"))
	if len(command) == 0 {
		return false
	}
	if command[0][0] != '\\' {
		for _, statement := range statements(line) {
			if err := s.run(ctx, statement); err != nil {
				s.complain(err, statement)
				return false
			}
		}
		return false
	}
	var err error
	switch name, arguments := command[0], command[1:]; {
	case name == `\q`:
		return true
	case name == `\?` || name == `\help`:
		fmt.Fprintf(s.io.out, replHelp, strings.Join(formatNames(), ", "))
	case name == `\timing`:
		s.timing = !s.timing
	case name == `\format` && len(arguments) == 0:
		fmt.Fprintln(s.io.out, s.format)
	case name == `\format` && formats[arguments[0]] != nil:
		s.format = arguments[0]
	case name == `\format`:
		err = fmt.Errorf("there is no format %s; there are %s", arguments[0], strings.Join(formatNames(), ", "))
	case name == `\d` && len(arguments) == 0:
		err = s.listCollections(ctx)
	case name == `\d`:
		statement := "DESCRIBE " + strings.Join(arguments, " ")
		if err = s.run(ctx, statement); err != nil {
			s.complain(err, statement)
			return false
		}
	default:
		err = fmt.Errorf(`there is no command %s; \? lists those that there are`, name)
	}
	if err != nil {
		s.complain(err, "")
	}
	return false
}

// complain reports an error; the session goes on.
func (s *session) complain(err error, statement string) {
	if err = s.report(err, statement); !errors.Is(err, errReported) {
		fmt.Fprintln(s.io.err, "outcrop:", err)
	}
}

// listCollections prints the collections as a result is printed.
func (s *session) listCollections(ctx context.Context) error {
	all, err := s.client.collections(ctx)
	if err != nil {
		return err
	}
	r := &result{}
	for _, c := range all {
		row, err := json.Marshal(struct {
			Collection string `json:"collection"`
			Status     string `json:"status"`
			Documents  int64  `json:"documents"`
			Bytes      int64  `json:"bytes"`
		}{c.Workspace + "." + c.Name, c.Status, c.Stats.Documents, c.Stats.Bytes})
		if err != nil {
			return err
		}
		r.Rows = append(r.Rows, row)
	}
	if len(all) == 0 {
		fmt.Fprintln(s.io.err, "There are no collections yet; outcrop load makes one.")
		return nil
	}
	return formats[s.format](s.io.out, r, !s.onScreen())
}

func (s *session) collectionNames(ctx context.Context) ([]string, error) {
	all, err := s.client.collections(ctx)
	var names []string
	for _, c := range all {
		names = append(names, c.Workspace+"."+c.Name)
	}
	return names, err
}

// keywords are those that are worth completing.
var keywords = strings.Fields(`SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT OFFSET JOIN LEFT INNER CROSS UNNEST WITH AS ON USING
	UNION ALL DISTINCT CASE WHEN THEN ELSE END AND OR NOT IN IS NULL LIKE ILIKE BETWEEN EXISTS CAST TRY_CAST EXPLAIN ANALYZE DESCRIBE
	COUNT SUM AVG MIN MAX ARRAY_AGG APPROX_DISTINCT DATE_TRUNC CURRENT_TIMESTAMP TYPEOF COALESCE`)

// completions of the last word of what is typed: collections and keywords that begin with it.
func completions(typed string, collections []string) []string {
	word := typed[strings.LastIndexAny(typed, " \t\n(,")+1:]
	if word == "" {
		return nil
	}
	var out []string
	for _, name := range collections {
		if strings.HasPrefix(name, word) {
			out = append(out, name)
		}
	}
	lower := word == strings.ToLower(word)
	for _, keyword := range keywords {
		if strings.HasPrefix(keyword, strings.ToUpper(word)) {
			if lower {
				keyword = strings.ToLower(keyword)
			}
			out = append(out, keyword)
		}
	}
	slices.Sort(out)
	return out
}
