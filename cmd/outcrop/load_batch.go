package main

// What one request carries: enough that its own cost does not count, little enough that a few of them keep
// the server busy and the loader small.
const (
	batchBytes     = 4 << 20
	batchDocuments = 20_000 // the most that the API takes
)

// maxRequestBytes is the most that the API takes. A document of more than batchBytes is sent alone.
const maxRequestBytes = 10 << 20

// batch is the documents of one request.
type batch struct {
	body      []byte // {"data":[...]}
	documents []batched
}

// batched is where a document of a batch is from.
type batched struct {
	stretch *stretch
	place   int64 // in the file, where the document begins
}

const (
	bodyBegin = `{"data":[`
	bodyEnd   = `]}`
)

// begin empties the batch.
func (b *batch) begin() {
	b.body, b.documents = append(b.body[:0], bodyBegin...), b.documents[:0]
}

// add puts a document, as JSON text, into the batch.
func (b *batch) add(document []byte, from batched) {
	if len(b.documents) > 0 {
		b.body = append(b.body, ',')
	}
	b.body = append(b.body, document...)
	b.documents = append(b.documents, from)
}

// fits tells whether a document may be added.
func (b *batch) fits(document []byte) bool {
	return len(b.documents) == 0 || len(b.documents) < batchDocuments && len(b.body)+1+len(document)+len(bodyEnd) <= batchBytes
}

// end makes the batch a request's body.
func (b *batch) end() { b.body = append(b.body, bodyEnd...) }

// tooLarge tells whether no request takes a document.
func tooLarge(document []byte) bool {
	return len(bodyBegin)+len(document)+len(bodyEnd) > maxRequestBytes
}
