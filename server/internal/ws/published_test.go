package ws

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What is published for clients to send is exactly what the sockets take: the
// cases of their switches that are not refused outright, and hello.
func TestPublished_IsWhatTheSocketsTake(t *testing.T) {
	t.Parallel()
	for socket, file := range map[string]string{"chat": "user.go", "agent": "agent.go"} {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		taken := []string{"hello"}
		ast.Inspect(parsed, func(n ast.Node) bool {
			clause, ok := n.(*ast.CaseClause)
			if !ok || refuses(clause) {
				return true
			}
			for _, e := range clause.List {
				if literal, ok := e.(*ast.BasicLit); ok {
					kind, _ := strconv.Unquote(literal.Value)
					taken = append(taken, kind)
				}
			}
			return true
		})
		var published []string
		for _, f := range Published() {
			if f.Socket == socket && f.FromClient {
				published = append(published, f.Type)
			}
		}
		slices.Sort(taken)
		slices.Sort(published)
		if len(taken) < 8 || !slices.Equal(taken, published) {
			t.Errorf("%s takes %v, published are %v", socket, strings.Join(taken, " "), strings.Join(published, " "))
		}
	}
}

// refuses reports whether a clause does nothing but refuse.
func refuses(c *ast.CaseClause) bool {
	if len(c.Body) != 1 {
		return false
	}
	r, ok := c.Body[0].(*ast.ReturnStmt)
	if !ok || len(r.Results) != 1 {
		return false
	}
	literal, ok := r.Results[0].(*ast.CompositeLit)
	if !ok {
		return false
	}
	name, ok := literal.Type.(*ast.Ident)
	return ok && name.Name == "refusal"
}
