package main

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
)

// headBytes of a file are what it is known by, beside its name.
const headBytes = 64 << 10

// loadState is how far a file has been loaded.
type loadState struct {
	URL        string `json:"url"`
	Collection string `json:"collection"`
	File       string `json:"file"`   // absolute
	Prefix     string `json:"prefix"` // of _ids; made of File and the first Head bytes of it
	Head       int64  `json:"head"`
	Position   int64  `json:"position"` // documents before it are acknowledged
	Loaded     int64  `json:"loaded"`
	Bad        int64  `json:"bad"`
	Done       bool   `json:"done"`
}

// stateStore is a folder of states: a file for each file that is being loaded into one collection.
type stateStore struct {
	dir, url, collection string
}

func (s stateStore) path(file string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{s.url, s.collection, file}, "\x00")))
	return filepath.Join(s.dir, fmt.Sprintf("%x.json", sum[:12]))
}

// load gives the state of a file; ok is false when it has none.
func (s stateStore) load(file string) (state loadState, ok bool, err error) {
	text, err := os.ReadFile(s.path(file))
	if errors.Is(err, fs.ErrNotExist) {
		return state, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &state)
	}
	if err != nil {
		return state, false, fmt.Errorf("state of an earlier load of %s: %w; remove %s to load it from its beginning", file, err, s.path(file))
	}
	return state, true, nil
}

// save replaces the state of a file, whole.
func (s stateStore) save(state *loadState) error {
	text, err := json.MarshalIndent(state, "", "  ")
	if err == nil {
		err = os.MkdirAll(s.dir, 0o700)
	}
	path := s.path(state.File)
	if err == nil {
		err = os.WriteFile(path+".new", text, 0o600)
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return fmt.Errorf("keeping the state of this load: %w; name another folder with --state", err)
	}
	return nil
}

// loadFile is a file to load.
type loadFile struct {
	name   string
	bytes  int64 // 0: not known
	format string
	store  stateStore
	state  loadState

	read      atomic.Bool // to its end
	stretches []*stretch  // begun and not passed, in the file's order; progress.mu guards them
}

// stretch is a part of a file, whose documents are in one batch or in several.
type stretch struct {
	file        *loadFile
	ended       bool  // to and documents are known
	to          int64 // position in the file behind its last document
	documents   int64 // in batches
	answered    int64 // of these
	loaded, bad int64 // of the answered; bad, of those that are in no batch, too
}

// acked tells whether nothing of the stretch is under way.
func (s *stretch) acked() bool { return s.ended && s.answered == s.documents }

// newLoadFile looks at a file, and if it is to be resumed at how far it has been loaded.
func newLoadFile(name string, states stateStore, resume bool) (*loadFile, error) {
	f := &loadFile{name: name, store: states}
	if name == stdinName {
		// What is piped in cannot be told from anything else: its documents are new every time.
		f.state.Prefix = strconv.FormatUint(rand.Uint64(), 36)
		return f, nil
	}
	absolute, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s is a folder; give its files, for example '%s/*.json'", name, strings.TrimSuffix(name, "/"))
	}
	f.bytes = info.Size()
	f.state = loadState{URL: states.url, Collection: states.collection, File: absolute, Head: min(f.bytes, headBytes)}
	kept, ok := loadState{}, false
	if resume {
		if kept, ok, err = states.load(absolute); err != nil {
			return nil, err
		}
	}
	if ok {
		f.state.Head = kept.Head
	}
	if f.state.Prefix, err = prefixOf(absolute, f.state.Head); err != nil {
		return nil, err
	}
	if ok && kept.Prefix != f.state.Prefix {
		return nil, fmt.Errorf("%s has changed since its load was interrupted: without --resume it is loaded from its beginning", name)
	}
	if ok {
		f.state = kept
	}
	return f, nil
}

// prefixOf is what the _ids of a file's documents begin with: it is another one for every file, and the
// same one for the same file.
func prefixOf(absolute string, head int64) (string, error) {
	file, err := os.Open(absolute)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	hash.Write([]byte(absolute + "\x00"))
	if _, err := io.CopyN(hash, file, head); err != nil && err != io.EOF {
		return "", err
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(hash.Sum(nil)[:10])), nil
}

// open opens the file where its state says.
func (f *loadFile) open(in *os.File, o readOptions) (source, error) {
	f.format = o.format
	if f.format == "auto" {
		head := ""
		if f.name != stdinName {
			text, err := openText(f.name, in, 0)
			if err != nil {
				return nil, err
			}
			peeked, _ := text.Peek(len(parquetMagic))
			head = string(peeked)
			text.close()
		}
		f.format = formatOf(f.name, head)
	}
	return sources[f.format](f, in, f.state.Position, o)
}

// where names a position of the file for people.
func (f *loadFile) where(position int64) string {
	if f.format == "parquet" {
		return fmt.Sprintf("row %d", position+1)
	}
	return fmt.Sprintf("byte %d", position)
}

// pass moves the state on over the acknowledged stretches at the front.
func (f *loadFile) pass() {
	for len(f.stretches) > 0 && f.stretches[0].acked() {
		first := f.stretches[0]
		f.state.Position = first.to
		f.state.Loaded += first.loaded
		f.state.Bad += first.bad
		f.stretches = f.stretches[1:]
	}
	f.state.Done = f.read.Load() && len(f.stretches) == 0
}

// save keeps the state. Standard input has none.
func (f *loadFile) save() error {
	if f.name == stdinName {
		return nil
	}
	return f.store.save(&f.state)
}

// forget removes the state, which nobody needs when all is loaded.
func (f *loadFile) forget() {
	if f.name != stdinName {
		os.Remove(f.store.path(f.state.File))
	}
}
