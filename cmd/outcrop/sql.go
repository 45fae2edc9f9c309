package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"
)

type sqlCommand struct {
	connection
	Command string `short:"c" placeholder:"SQL" help:"Statements to run, separated by ';'."`
	Format  string `enum:"table,json,ndjson,csv,arrow" default:"table" help:"How to print results: ${enum}. arrow writes an Arrow IPC stream."`
	Flight  string `default:"${flight}" help:"Address of the server's Flight SQL, where --format arrow comes from."`
	File    string `arg:"" optional:"" type:"existingfile" help:"File with statements."`
}

// Help is shown behind the flags.
func (sqlCommand) Help() string {
	return `Statements come from -c, from a file, from standard input, or are typed in when that is a terminal; then \? lists what else there is.

  outcrop sql -c "SELECT 1 + 1 AS two"
  outcrop sql -c "SELECT user.geo.city, COUNT(*) AS n FROM commons.events GROUP BY 1 ORDER BY n DESC LIMIT 5"
  outcrop sql report.sql --format csv > report.csv
  outcrop sql -c "SELECT * FROM commons.events" --format arrow > events.arrows
  outcrop sql                 (interactive: \d lists collections, \d commons.events its fields)

The exit status is 1 after the first statement that fails.`
}

// Run asks the server.
func (c *sqlCommand) Run(io console) error {
	client, err := c.connection.client()
	if err != nil {
		return err
	}
	s := &session{client: client, io: io, format: c.Format, flight: c.Flight}
	script := c.Command
	switch {
	case script != "" && c.File != "":
		return errors.New("give either -c or a file")
	case script == "" && c.File == "" && term.IsTerminal(int(io.in.Fd())):
		return s.interact(context.Background())
	case script == "":
		if script, err = readScript(c.File, io.in); err != nil {
			return err
		}
	}
	all := statements(script)
	if c.Format == "arrow" && len(all) != 1 {
		return fmt.Errorf("--format arrow takes one statement, there are %d", len(all))
	}
	for _, statement := range all {
		if err := s.run(context.Background(), statement); err != nil {
			return s.report(err, statement)
		}
	}
	return nil
}

func readScript(file string, in io.Reader) (string, error) {
	if file == "" {
		text, err := io.ReadAll(in)
		return string(text), err
	}
	text, err := os.ReadFile(file)
	return string(text), err
}

// session is one user's talk with a server.
type session struct {
	client *client
	io     console
	format string
	flight string
	timing bool // say how long each statement took
}

// run runs a statement and prints its result.
func (s *session) run(ctx context.Context, statement string) error {
	if s.format == "arrow" {
		return s.runArrow(ctx, statement)
	}
	start := time.Now()
	r, err := s.client.query(ctx, statement)
	if err != nil {
		return err
	}
	elapsed := time.Since(start)
	if err := formats[s.format](s.io.out, r, !s.onScreen()); err != nil {
		return err
	}
	for _, warning := range r.Warnings {
		fmt.Fprintln(s.io.err, "warning:", warning)
	}
	if s.timing {
		rows := "rows"
		if len(r.Rows) == 1 {
			rows = "row"
		}
		fmt.Fprintf(s.io.err, "%s %s in %s (server %g ms)\n", thousands(int64(len(r.Rows))), rows, elapsed.Round(100*time.Microsecond), r.Stats.ElapsedMS)
	}
	return nil
}

// onScreen tells whether results are printed on a terminal.
func (s *session) onScreen() bool {
	f, ok := s.io.out.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// report says what is wrong with a statement, and shows where.
func (s *session) report(err error, statement string) error {
	var api *apiError
	if !errors.As(err, &api) {
		return err
	}
	fmt.Fprintln(s.io.err, "outcrop:", err)
	io.WriteString(s.io.err, caret(statement, api.Line, api.Column))
	return errReported
}

// caret is a line of a statement and below it a '^' under a column; "" if there is no such place. Both count
// from 1, columns in characters.
func caret(statement string, line, column int) string {
	lines := strings.Split(statement, "\n")
	if line < 1 || line > len(lines) || column < 1 {
		return ""
	}
	shown := []rune(printable(strings.ReplaceAll(strings.TrimSuffix(lines[line-1], "\r"), "\t", " ")))
	before := shown[:min(column-1, len(shown))]
	return "  " + string(shown) + "\n  " + strings.Repeat(" ", text.StringWidthWithoutEscSequences(string(before))) + "^\n"
}

// formatNames are what \format takes, sorted.
func formatNames() []string {
	names := []string{}
	for name := range formats {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
