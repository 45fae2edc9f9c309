package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/outcropdb/outcrop/vec"
)

// csvSource reads CSV whose first line has the names of the fields.
type csvSource struct {
	*textStream
	csv   *csv.Reader
	names []string
	base  int64 // position of the csv reader's offset 0
	infer bool
}

func openCSV(f *loadFile, in *os.File, from int64, o readOptions) (source, error) {
	text, err := openText(f.name, in, 0)
	if err != nil {
		return nil, err
	}
	comma := o.comma
	if comma == 0 {
		comma = ','
		if f.format == "tsv" {
			comma = '\t'
		}
	}
	s := &csvSource{textStream: text, base: text.skipMark(), infer: o.inferTypes}
	s.begin(comma)
	if s.names, err = s.header(); err != nil {
		text.close()
		return nil, err
	}
	if from == 0 {
		return s, nil
	}
	text.close()
	if s.textStream, err = openText(f.name, in, from); err != nil {
		return nil, err
	}
	s.base = from
	s.begin(comma)
	return s, nil
}

func (s *csvSource) begin(comma rune) {
	s.csv = csv.NewReader(s.textStream)
	s.csv.Comma = comma
	s.csv.ReuseRecord = true
	s.csv.FieldsPerRecord = -1 // counted here: a wrong number is the fault of one row
}

func (s *csvSource) header() ([]string, error) {
	record, err := s.csv.Read()
	if err == io.EOF {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	names := make([]string, len(record))
	seen := map[string]bool{}
	for i, name := range record {
		if name == "" {
			name = fmt.Sprintf("column_%d", i+1)
		}
		if err := checkText(name); err != nil {
			return nil, fmt.Errorf("header: name %d %w", i+1, err)
		}
		if seen[name] {
			return nil, fmt.Errorf("header: the name %q stands twice", name)
		}
		seen[name] = true
		names[i] = name
	}
	return names, nil
}

func (s *csvSource) next(dst []byte) ([]byte, error) {
	place := s.position()
	record, err := s.csv.Read()
	if parse, ok := errors.AsType[*csv.ParseError](err); ok {
		return dst, &badDocument{where: s.where(place, parse.Line), err: parse.Err}
	}
	if err != nil {
		return dst, err
	}
	bad := func(format string, args ...any) error {
		line, _ := s.csv.FieldPos(0)
		return &badDocument{where: s.where(place, line), err: fmt.Errorf(format, args...)}
	}
	if len(record) != len(s.names) {
		return dst, bad("the row has %d fields, the header %d", len(record), len(s.names))
	}
	start := len(dst)
	dst, mark := vec.BeginObject(dst)
	for i, field := range record {
		if err := checkText(field); err != nil {
			return dst[:start], bad("field %s %w", s.names[i], err)
		}
		dst = vec.AppendKey(dst, s.names[i])
		switch {
		case s.infer:
			dst = appendInferred(dst, field)
		case field == "":
			dst = vec.AppendNull(dst)
		default:
			dst = vec.AppendContent(dst, vec.String, field)
		}
	}
	return vec.EndObject(dst, mark), nil
}

// where is a place for people. Lines are known only when the file was read from its beginning.
func (s *csvSource) where(place int64, line int) string {
	if s.base > int64(len(byteOrderMark)) {
		return fmt.Sprintf("byte %d", place)
	}
	return fmt.Sprintf("line %d", line)
}

func (s *csvSource) position() int64 { return s.base + s.csv.InputOffset() }
