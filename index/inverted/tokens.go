package inverted

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/vec"
)

const (
	// maxTokenBytes is the longest token that is a term. Texts with longer ones, encoded data mostly, are in every
	// answer.
	maxTokenBytes = 64
	// maxLongTexts is the share of such texts, one in so many, above which tokens find too little.
	maxLongTexts = 8

	// sampleTexts is about how many values tell whether a sub-column is of texts.
	sampleTexts = 256
	// leastWords is the number of words, set apart by spaces, that texts have on average. Names, URLs, paths and
	// codes have fewer: they are looked up whole.
	leastWords = 8
)

// AreTexts tells, from a sample, contents that people would search for words: their tokens get a list.
func AreTexts(offsets []uint32, data []byte) bool {
	n := len(offsets) - 1
	step := max(1, n/sampleTexts)
	spaces, seen := 0, 0
	for i := 0; i < n; i += step {
		spaces += bytes.Count(data[offsets[i]:offsets[i+1]], []byte(" "))
		seen++
	}
	return spaces >= seen*(leastWords-1) && seen > 0
}

// tokens is byToken: kind; number of texts with long tokens; bytes of their posting; the posting; terms with a
// dictionary, as byTerm has them.
type tokens struct {
	terms  *terms
	others []byte // posting
	long   int    // docs of it

	mu     sync.Mutex
	recent []found // the latest, which plans ask about and then queries
}

// found are the terms that a Term stands for.
type found struct {
	term  vec.Term
	codes []uint32
	count int // of their docs, each term counted
}

// recentTerms are kept.
const recentTerms = 16

// BuildTokens indexes the tokens of texts, given as in a Vector; docs are theirs and ascend. values is the
// number of pairs of token and doc, which Open wants to know. It returns nil for texts of which it would find
// too many.
func BuildTokens(offsets []uint32, data []byte, docs []uint32) (_ []byte, values int) {
	v := newVocabulary()
	var codes, kept, long []uint32
	var t vec.Tokens
	for i, doc := range docs {
		t.Of(data[offsets[i]:offsets[i+1]])
		tooLong := false
		for {
			token, ok := t.Next()
			if !ok {
				break
			}
			if len(token) > maxTokenBytes {
				tooLong = true
				continue
			}
			if code, again := v.add(token, doc); !again {
				codes, kept = append(codes, code), append(kept, doc)
			}
		}
		if tooLong {
			long = append(long, doc)
		}
	}
	if len(kept) == 0 || len(long) > len(docs)/maxLongTexts {
		return nil, 0
	}
	posting := appendPosting(nil, long)
	dst := appendWord(appendWord(nil, uint64(byToken)), uint64(len(long)))
	dst = appendNumbers(appendWord(dst, uint64(len(posting))), posting)
	return append(dst, v.build(codes, kept, 0)[8:]...), len(kept) // without the kind
}

func openTokens(c *cursor, s shape) (lists, error) {
	t := &tokens{long: int(c.word())}
	t.others = numbers[byte](c, int(c.word()))
	if c.err != nil || t.long > s.rows {
		return nil, errShort
	}
	s.terms = nil
	opened, err := openTerms(c, s)
	if err != nil {
		return nil, err
	}
	if t.terms = opened.(*terms); t.terms.own == nil {
		return nil, errShort
	}
	return t, nil
}

// count and add are for spans of whole values, of which tokens know nothing but that there are some.
func (t *tokens) count(vec.Span) (int, bool) { return 0, false }

func (t *tokens) add(*roaring.Bitmap, vec.Span) (exact, ok bool, err error) { return false, false, nil }

// find is the terms that a Term stands for. One that goes on at its end is a range of terms, one that goes on at
// its beginning is looked for in all of them.
func (t *tokens) find(term vec.Term) found {
	t.mu.Lock()
	defer t.mu.Unlock()
	if i := slices.IndexFunc(t.recent, func(f found) bool { return f.term == term }); i >= 0 {
		return t.recent[i]
	}
	f := found{term: term}
	add := func(code int) {
		f.codes = append(f.codes, uint32(code))
		f.count += int(t.terms.before[code+1] - t.terms.before[code])
	}
	switch text := []byte(term.Text); {
	case term.Before:
		match := bytes.HasSuffix
		if term.Further {
			match = bytes.Contains
		}
		t.terms.own.each(func(code int, token []byte) {
			if match(token, text) {
				add(code)
			}
		})
	default:
		s := vec.Span{From: text, To: append(text[:len(text):len(text)], 0)}
		if term.Further {
			s.To = append(text[:len(text):len(text)], 0xff) // no token has that byte: it is none of UTF-8's
		}
		low, high := t.terms.own.within(s)
		for code := low; code < high; code++ {
			add(code)
		}
	}
	if len(t.recent) == recentTerms {
		t.recent = slices.Delete(t.recent, 0, 1)
	}
	t.recent = append(t.recent, f)
	return f
}

// LookupTerms finds the docs whose text has tokens for all of the terms, and perhaps some others. ok is false if
// this is no index of tokens, or all terms are too frequent to tell.
func (x *Index) LookupTerms(terms []vec.Term) (docs *roaring.Bitmap, ok bool, err error) {
	t, ok := x.lists.(*tokens)
	if !ok {
		return nil, false, nil
	}
	for _, f := range t.rarest(terms) {
		with := roaring.New()
		var list []uint32
		for _, code := range f.codes {
			if list, err = t.terms.read(with, list, int(code)); err != nil {
				return nil, false, err
			}
		}
		addDocs(with, list, t.terms.rows)
		if docs == nil {
			docs = with
		} else {
			docs.And(with)
		}
		if docs.GetCardinality() < fewDocs {
			break
		}
	}
	if docs == nil {
		return nil, false, nil
	}
	list, err := readPosting(docs, nil, t.others, t.long, t.terms.rows)
	docs.AddMany(list)
	return docs, true, err
}

const (
	// fewDocs are sooner looked at than intersected with another list.
	fewDocs = 64
	// frequentTerm is the share of docs, one in so many, from which a term beside others is not worth reading.
	frequentTerm = 4
)

// rarest are the terms worth looking up, those with the fewest docs first.
func (t *tokens) rarest(terms []vec.Term) []found {
	var out []found
	for _, term := range terms {
		if len(term.Text) > maxTokenBytes {
			continue // in long tokens alone
		}
		out = append(out, t.find(term))
	}
	slices.SortFunc(out, func(a, b found) int {
		if a.count != b.count {
			return a.count - b.count
		}
		return strings.Compare(a.term.Text, b.term.Text)
	})
	n := 1
	for n < len(out) && out[n].count < t.terms.rows/frequentTerm {
		n++
	}
	return out[:min(n, len(out))]
}

// EstimateTerms is about how many docs LookupTerms finds, at most.
func (x *Index) EstimateTerms(terms []vec.Term) (n int, ok bool) {
	t, ok := x.lists.(*tokens)
	if !ok {
		return 0, false
	}
	found := t.rarest(terms)
	if len(found) == 0 {
		return 0, false
	}
	return found[0].count + t.long, true
}
