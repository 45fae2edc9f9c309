package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/outcropdb/outcrop/vec"
)

// parquetSource reads the rows of a Parquet file. Its positions are numbers of rows.
type parquetSource struct {
	file    *file.Reader
	records pqarrow.RecordReader
	names   []string
	columns []*vec.Vector // of the current batch
	at      int           // next row of it
	rows    int           // in it
	row     int64         // next row of the file
	bytes   int64         // of the file
}

func openParquet(f *loadFile, _ *os.File, from int64, _ readOptions) (source, error) {
	if f.name == stdinName {
		return nil, errors.New("a Parquet file cannot come from standard input, since its end says what is in it; name the file")
	}
	reader, err := file.OpenParquetFile(f.name, true)
	if err != nil {
		return nil, err
	}
	s := &parquetSource{file: reader, row: from, bytes: f.bytes}
	if err := s.begin(); err != nil {
		reader.Close()
		return nil, err
	}
	return s, nil
}

func (s *parquetSource) begin() error {
	rows, err := pqarrow.NewFileReader(s.file, pqarrow.ArrowReadProperties{BatchSize: vec.BatchRows}, memory.DefaultAllocator)
	if err != nil {
		return err
	}
	groups, skip := s.groupsFrom(s.row)
	if s.records, err = rows.GetRecordReader(context.Background(), nil, groups); err != nil {
		return err
	}
	for _, field := range s.records.Schema().Fields() {
		s.names = append(s.names, field.Name)
		s.columns = append(s.columns, &vec.Vector{})
	}
	for skip > 0 { // reading rows is sure to work in all files, seeking is not
		if err := s.more(); err != nil {
			return err
		}
		s.at = int(min(skip, int64(s.rows)))
		skip -= int64(s.at)
	}
	return nil
}

// groupsFrom are the row groups from the one on that has a row, and the number of rows in it before that.
func (s *parquetSource) groupsFrom(row int64) (groups []int, skip int64) {
	groups = []int{}
	for n := range s.file.NumRowGroups() {
		rows := s.file.MetaData().RowGroup(n).NumRows()
		if len(groups) == 0 && row >= rows {
			row -= rows
			continue
		}
		groups = append(groups, n)
	}
	if len(groups) == 0 {
		return groups, 0
	}
	return groups, row
}

func (s *parquetSource) next(dst []byte) ([]byte, error) {
	for s.at == s.rows {
		if s.row >= s.file.NumRows() {
			return dst, io.EOF
		}
		if err := s.more(); err != nil {
			return dst, err
		}
	}
	dst, mark := vec.BeginObject(dst)
	for i, name := range s.names {
		dst = s.columns[i].AppendValue(vec.AppendKey(dst, name), s.at)
	}
	s.at++
	s.row++
	return vec.EndObject(dst, mark), nil
}

// more reads the next batch. The vectors alias it until the one after it is read.
func (s *parquetSource) more() error {
	batch, err := s.records.Read()
	if err == io.EOF {
		return fmt.Errorf("the file ends after %d of %d rows", s.row, s.file.NumRows())
	}
	if err != nil {
		return err
	}
	for i, column := range batch.Columns() {
		if err := vec.FromArrow(s.columns[i], column); err != nil {
			return fmt.Errorf("column %s: %w", s.names[i], err)
		}
	}
	s.at, s.rows = 0, int(batch.NumRows())
	return nil
}

func (s *parquetSource) position() int64 { return s.row }

func (s *parquetSource) read() int64 {
	return int64(float64(s.bytes) * float64(s.row) / float64(max(s.file.NumRows(), 1)))
}

func (s *parquetSource) close() error {
	s.records.Release()
	return s.file.Close()
}
