package segment

import "github.com/outcropdb/outcrop/vec"

// ColumnInfo is what there is to say of a sub-column and its inverted list.
type ColumnInfo struct {
	Path      vec.Path
	Type      vec.Type
	Count     int    // of docs with a value
	Encoding  string // of the values
	Bytes     int64
	List      string // kind of the inverted list; "": none
	ListBytes int64
	Terms     int // distinct values, where the encoding knows them; 0 where not
}

// Columns describes the sub-columns, in their order. Reading them may find damage.
func (s *Segment) Columns() ([]ColumnInfo, error) {
	var infos []ColumnInfo
	for path, at := range s.Subs() {
		sub := at.(*sub)
		stored, err := sub.load()
		if err != nil {
			return infos, err
		}
		info := ColumnInfo{
			Path: path, Type: sub.typ, Count: int(sub.count), Encoding: stored.Encoding().String(),
			Bytes: int64(sub.column.size), ListBytes: int64(sub.inverted.size),
		}
		if terms := stored.Terms(); terms != nil {
			info.Terms = terms.Rows
		}
		list, err := sub.lists()
		if err != nil {
			return infos, err
		}
		if list != nil {
			info.List = list.String()
		}
		infos = append(infos, info)
	}
	return infos, nil
}
