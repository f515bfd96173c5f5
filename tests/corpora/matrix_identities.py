"""Identities of matrix calculus, each with variants that look alike and are false.

Sources: K. B. Petersen and M. S. Pedersen, "The Matrix Cookbook" (2012), chapters 2 and 9; M. B. Giles, "Collected matrix
derivative results" (2008); the lists of lecture notes. A vector is a column; dimensions are named, so that every row is a
statement about all sizes. ``tests/corpora/matrix_referee.py`` proves each row without gradcheck.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A function, its variables, what is true of a derivative, and what is not."""

    f: str
    vars: str
    true: tuple[str, ...]
    false: tuple[str, ...]


ROWS = (
    # -- linear forms
    Row("x.T @ a", "x: n; a: n", ("df/dx = a", "df/da = x"), ("df/dx = x", "df/dx = a + x", "df/dx = -a")),
    Row("a.T @ x", "x: n; a: n", ("df/dx = a", "df/dx = a.T"), ("df/dx = 2*a", "df/da = a")),
    Row("dot(a, x)", "x: n; a: n", ("df/dx = a", "df/dx[i] = a[i]"), ("df/dx[i] = x[i]",)),
    Row("a.T @ X @ b", "X: mxn; a: m; b: n", ("df/dX = a @ b.T", "df/dX = outer(a, b)", "df/da = X @ b", "df/db = X.T @ a"),
        ("df/dX = b @ a.T", "df/dX = -a @ b.T", "df/da = X.T @ b", "df/db = X @ a", "df/db = X.T @ b")),
    Row("a.T @ X.T @ b", "X: mxn; a: n; b: m", ("df/dX = b @ a.T", "df/dX[i,j] = b[i]*a[j]"), ("df/dX = a @ b.T", "df/dX[i,j] = a[j]")),
    Row("a.T @ X @ a", "X: nxn; a: n", ("df/dX = a @ a.T", "df/da = (X + X.T) @ a"), ("df/dX = 2*a @ a.T", "df/da = 2*X @ a", "df/da = X @ a", "df/da = X.T @ a", "df/dX = diag(a)")),
    Row("A @ x", "A: mxn; x: n", ("df/dx = A", "df[i]/dA[j,k] = (i == j)*x[k]", "df[i]/dx[j] = A[i,j]", "df[i]/dA[i,:] = x", "df[0]/dA[0,:] = x"),
        ("df/dx = A.T", "df[i]/dA[j,k] = x[k]", "df[i]/dA[j,k] = (i == j)*x[i]", "df[i]/dx[j] = A[i,j]*x[j]", "df[0]/dA[1,:] = x")),
    Row("A @ x + b", "A: mxn; x: n; b: m", ("df/dx = A", "df/db = eye(m)", "df[i]/db[j] = (i == j)"), ("df/db = ones(m,m)", "df[i]/db[j] = 1", "df/dx = A.T")),
    Row("A.T @ x", "A: mxn; x: m", ("df/dx = A.T", "df[i]/dA[j,k] = (i == k)*x[j]"), ("df/dx = A", "df[i]/dA[j,k] = (i == j)*x[k]")),
    Row("t*x", "t: scalar; x: n", ("df/dt = x", "df/dx = t*eye(n)"), ("df/dt = t", "df/dx = t*ones(n,n)")),
    Row("x*y", "x: n; y: n", ("df/dx = diag(y)", "df[i]/dx[j] = (i == j)*y[i]"), ("df/dx = diag(x)", "df/dx = y @ ones(n).T", "df[i]/dx[j] = y[i]")),
    Row("outer(x, y)", "x: m; y: n", ("df[i,j]/dx[k] = (i == k)*y[j]", "df[i,j]/dy[k] = (j == k)*x[i]"), ("df[i,j]/dx[k] = (j == k)*y[i]", "df[i,j]/dx[k] = y[j]")),
    # -- quadratic forms
    Row("x.T @ x", "x: n", ("df/dx = 2*x", "df/dx = x + x", "df/dx[i] = 2*x[i]"), ("df/dx = x", "df/dx = 2*x*x", "df/dx = 4*x")),
    Row("norm(x)**2", "x: n", ("df/dx = 2*x",), ("df/dx = x", "df/dx = 2*norm(x)*ones(n)", "df/dx = x/norm(x)")),
    Row("x.T @ B @ x", "B: nxn; x: n", ("df/dx = (B + B.T) @ x", "df/dx = B @ x + B.T @ x", "df/dB = x @ x.T"), ("df/dx = 2*B @ x", "df/dx = B @ x", "df/dx = (B - B.T) @ x", "df/dx = 2*B.T @ x", "df/dB = 2*x @ x.T")),
    Row("x.T @ W @ x", "W: nxn symmetric; x: n", ("df/dx = 2*W @ x", "df/dx = 2*W.T @ x", "df/dx = (W + W.T) @ x"), ("df/dx = W @ x", "df/dx = 2*x", "df/dx = 2*W*x")),
    Row("x.T @ A @ y", "A: mxn; x: m; y: n", ("df/dx = A @ y", "df/dy = A.T @ x", "df/dA = x @ y.T"), ("df/dx = A.T @ y", "df/dy = A @ x", "df/dA = y @ x.T", "df/dA = x*y", "df/dx = A @ x")),
    Row("(A @ x).T @ (A @ x)", "A: mxn; x: n", ("df/dx = 2*A.T @ A @ x", "df/dA = 2*A @ x @ x.T"), ("df/dx = 2*A @ A.T @ x", "df/dx = A.T @ A @ x", "df/dA = 2*x @ x.T @ A", "df/dx = 2*A @ x")),
    Row("norm(A @ x - b)**2", "A: mxn; x: n; b: m", ("df/dx = 2*A.T @ (A @ x - b)", "df/db = -2*(A @ x - b)", "df/dA = 2*(A @ x - b) @ x.T", "df/dx = 2*(A.T @ A @ x - A.T @ b)"),
        ("df/dx = 2*A @ (A @ x - b)", "df/dx = A.T @ (A @ x - b)", "df/db = 2*(A @ x - b)", "df/dA = 2*x @ (A @ x - b).T", "df/dx = 2*(A.T @ A @ x - A @ b)", "df/dx = -2*A.T @ (A @ x - b)")),
    Row("(x - A @ s).T @ W @ (x - A @ s)", "W: mxm symmetric; x: m; A: mxn; s: n", ("df/dx = 2*W @ (x - A @ s)", "df/ds = -2*A.T @ W @ (x - A @ s)", "df/dA = -2*W @ (x - A @ s) @ s.T"),
        ("df/dx = -2*W @ (x - A @ s)", "df/ds = 2*A.T @ W @ (x - A @ s)", "df/ds = -2*W @ A @ (x - A @ s)", "df/dA = -2*s @ (x - A @ s).T @ W", "df/ds = -2*A @ W @ (x - A @ s)")),
    Row("(x - A @ s).T @ W @ (x - A @ s)", "W: mxm; x: m; A: mxn; s: n", ("df/dx = (W + W.T) @ (x - A @ s)", "df/ds = -A.T @ (W + W.T) @ (x - A @ s)", "df/dW = (x - A @ s) @ (x - A @ s).T"), ("df/dx = 2*W @ (x - A @ s)", "df/ds = -2*A.T @ W @ (x - A @ s)", "df/dA = -2*W @ (x - A @ s) @ s.T")),
    Row("(x - s).T @ W @ (x - s)", "W: nxn symmetric; x: n; s: n", ("df/dx = 2*W @ (x - s)", "df/ds = -2*W @ (x - s)"), ("df/ds = 2*W @ (x - s)",)),
    Row("norm(x - z)**2/2", "x: n; z: n", ("df/dx = x - z", "df/dz = z - x"), ("df/dz = x - z", "df/dx = 2*(x - z)", "df/dx = (x - z)/2")),
    Row("norm(x - z)**2/2 + c/2*norm(x)**2", "x: n; z: n; c > 0", ("df/dx = x - z + c*x", "df/dc = norm(x)**2/2", "df/dx = (1 + c)*x - z"), ("df/dx = x - z + c", "df/dx = x - z + 2*c*x", "df/dx = x - z", "df/dc = norm(x)**2")),
    Row("norm(W @ x - t)**2/2 + c/2*sum(W*W)", "W: mxn; x: n; t: m; c > 0", ("df/dW = (W @ x - t) @ x.T + c*W", "df/dx = W.T @ (W @ x - t)"), ("df/dW = x @ (W @ x - t).T + c*W", "df/dW = (W @ x - t) @ x.T + 2*c*W", "df/dW = (W @ x - t) @ x.T", "df/dx = W.T @ (W @ x - t) + c*x")),
    Row("(B @ x + b).T @ C @ (D @ x + d)", "B: mxn; C: mxk; D: kxn; x: n; b: m; d: k", ("df/dx = B.T @ C @ (D @ x + d) + D.T @ C.T @ (B @ x + b)",), ("df/dx = B.T @ C @ (D @ x + d)", "df/dx = B.T @ C @ (D @ x + d) + D.T @ C @ (B @ x + b)", "df/dx = B @ C @ (D @ x + d) + D @ C.T @ (B @ x + b)")),
    Row("b.T @ X.T @ X @ c", "X: mxn; b: n; c: n", ("df/dX = X @ (b @ c.T + c @ b.T)",), ("df/dX = X @ (b @ c.T)", "df/dX = 2*X @ b @ c.T", "df/dX = (b @ c.T + c @ b.T) @ X")),
    Row("(X @ b).T @ D @ (X @ c)", "X: mxn; D: mxm; b: n; c: n", ("df/dX = D.T @ X @ b @ c.T + D @ X @ c @ b.T",), ("df/dX = D @ X @ b @ c.T + D @ X @ c @ b.T", "df/dX = 2*D @ X @ c @ b.T", "df/dX = D.T @ X @ c @ b.T + D @ X @ b @ c.T")),
    # -- K = BᵀB, products
    Row("K = B.T @ B", "B: mxn", ("dK[p,q]/dB[i,j] = B[i,q]*(j == p) + B[i,p]*(j == q)", "dK[p,p]/dB[i,p] = 2*B[i,p]", "dK[0,1]/dB[i,0] = B[i,1]", "dK[0,1]/dB[i,1] = B[i,0]"),
        ("dK[p,q]/dB[i,j] = B[i,q]*(j == p)", "dK[p,q]/dB[i,j] = B[i,q] + B[i,p]", "dK[p,q]/dB[i,j] = B[i,q]*(j == p) + B[i,p]*(i == q)", "dK[p,p]/dB[i,p] = B[i,p]", "dK[0,1]/dB[i,0] = B[i,0]")),
    Row("K = B @ B.T", "B: mxn", ("dK[p,q]/dB[i,j] = B[q,j]*(i == p) + B[p,j]*(i == q)",), ("dK[p,q]/dB[i,j] = B[j,q]*(i == p) + B[j,p]*(i == q)", "dK[p,q]/dB[i,j] = 2*B[q,j]*(i == p)")),
    Row("A @ B", "A: mxn; B: nxk", ("df[p,q]/dA[i,j] = (p == i)*B[j,q]", "df[p,q]/dB[i,j] = (q == j)*A[p,i]"), ("df[p,q]/dA[i,j] = (p == i)*B[q,j]", "df[p,q]/dB[i,j] = (q == j)*A[i,p]", "df[p,q]/dA[i,j] = B[j,q]")),
    Row("A @ X @ B", "A: mxn; X: nxk; B: kxl", ("df[p,q]/dX[i,j] = A[p,i]*B[j,q]",), ("df[p,q]/dX[i,j] = A[i,p]*B[q,j]", "df[p,q]/dX[i,j] = A[p,i] + B[j,q]")),
    Row("X.T", "X: mxn", ("df[p,q]/dX[i,j] = (p == j)*(q == i)",), ("df[p,q]/dX[i,j] = (p == i)*(q == j)",)),
    Row("X @ X", "X: nxn", ("df[p,q]/dX[i,j] = (p == i)*X[j,q] + (q == j)*X[p,i]",), ("df[p,q]/dX[i,j] = 2*(p == i)*X[j,q]", "df[p,q]/dX[i,j] = 2*X[i,j]*(p == i)*(q == j)")),
    # -- traces
    Row("tr(X)", "X: nxn", ("df/dX = eye(n)", "df/dX[i,j] = (i == j)"), ("df/dX = ones(n,n)", "df/dX = X", "df/dX[i,j] = 1")),
    Row("tr(A @ X)", "A: mxn; X: nxm", ("df/dX = A.T", "df/dA = X.T"), ("df/dX = A", "df/dA = X", "df/dX = A.T + A.T")),
    Row("tr(X @ A)", "A: nxm; X: mxn", ("df/dX = A.T",), ("df/dX = A", "df/dX = -A.T")),
    Row("tr(X.T @ A)", "A: mxn; X: mxn", ("df/dX = A", "df/dA = X"), ("df/dX = A.T", "df/dX = X")),
    Row("tr(A @ X.T)", "A: mxn; X: mxn", ("df/dX = A",), ("df/dX = A.T",)),
    Row("tr(A @ X @ B)", "A: mxn; X: nxk; B: kxm", ("df/dX = A.T @ B.T", "df/dA = B.T @ X.T", "df/dB = X.T @ A.T"), ("df/dX = B.T @ A.T", "df/dX = B @ A", "df/dX = A @ B", "df/dA = X @ B")),
    Row("tr(A @ X.T @ B)", "A: mxn; X: kxn; B: kxm", ("df/dX = B @ A",), ("df/dX = A @ B", "df/dX = A.T @ B.T")),
    Row("tr(X.T @ X)", "X: mxn", ("df/dX = 2*X",), ("df/dX = X", "df/dX = 2*X.T", "df/dX = X + X.T")),
    Row("tr(X @ X)", "X: nxn", ("df/dX = 2*X.T",), ("df/dX = 2*X", "df/dX = X.T", "df/dX = X + X.T")),
    Row("tr(X.T @ B @ X)", "B: mxm; X: mxn", ("df/dX = B @ X + B.T @ X", "df/dB = X @ X.T"), ("df/dX = 2*B @ X", "df/dX = X @ B + X @ B.T", "df/dX = B @ X", "df/dB = X.T @ X")),
    Row("tr(X @ B @ X.T)", "B: nxn; X: mxn", ("df/dX = X @ B.T + X @ B",), ("df/dX = 2*X @ B", "df/dX = B @ X + B.T @ X")),
    Row("tr(A @ X @ B @ X)", "A: mxn; X: nxm; B: mxn", ("df/dX = A.T @ X.T @ B.T + B.T @ X.T @ A.T",), ("df/dX = A.T @ X.T @ B.T", "df/dX = 2*A.T @ X.T @ B.T", "df/dX = A @ X @ B + B @ X @ A")),
    Row("tr(X.T @ B @ X @ C)", "B: mxm; C: nxn; X: mxn", ("df/dX = B @ X @ C + B.T @ X @ C.T",), ("df/dX = 2*B @ X @ C", "df/dX = B @ X @ C + B @ X @ C.T", "df/dX = C @ X @ B + C.T @ X @ B.T")),
    Row("tr(A @ X @ B @ X.T @ C)", "A: mxn; X: nxk; B: kxk; C: nxm", ("df/dX = A.T @ C.T @ X @ B.T + C @ A @ X @ B",), ("df/dX = A @ C @ X @ B + C @ A @ X @ B", "df/dX = 2*C @ A @ X @ B", "df/dX = A.T @ C.T @ X @ B.T")),
    Row("tr((A @ X @ B + C) @ (A @ X @ B + C).T)", "A: mxn; X: nxk; B: kxl; C: mxl", ("df/dX = 2*A.T @ (A @ X @ B + C) @ B.T",), ("df/dX = 2*A @ (A @ X @ B + C) @ B", "df/dX = A.T @ (A @ X @ B + C) @ B.T", "df/dX = 2*B.T @ (A @ X @ B + C) @ A.T")),
    Row("tr(A @ B @ C)", "A: nxn; B: nxn; C: nxn", ("df/dB = A.T @ C.T", "df/dA = C.T @ B.T"), ("df/dB = C.T @ A.T", "df/dB = (A @ C).T", "df/dA = B.T @ C.T")),
    Row("tr(A)*tr(A)", "A: nxn", ("df/dA = 2*tr(A)*eye(n)",), ("df/dA = tr(A)*eye(n)", "df/dA = 2*tr(A)*ones(n,n)", "df/dA = 2*A")),
    Row("sum(diagonal(A) * b)", "A: nxn; b: n", ("df/dA = diag(b)",), ("df/dA = b @ ones(n).T", "df/dA = b @ b.T")),
    # -- determinants
    Row("det(X)", "X: nxn", ("df/dX = det(X)*inv(X).T", "df/dX = det(X)*inv(X.T)"), ("df/dX = det(X)*inv(X)", "df/dX = inv(X).T", "df/dX = det(X)*X.T", "df/dX = -det(X)*inv(X).T", "df/dX = det(X)*eye(n)")),
    Row("det(X)", "X: nxn symmetric", ("df/dX = det(X)*inv(X)",), ("df/dX = inv(X)", "df/dX = 2*det(X)*inv(X)")),
    Row("logdet(X)", "X: nxn", ("df/dX = inv(X).T", "df/dX = inv(X.T)"), ("df/dX = inv(X)", "df/dX = det(X)*inv(X).T", "df/dX = X.T", "df/dX = eye(n)/det(X)")),
    Row("logdet(X)", "X: nxn positive definite", ("df/dX = inv(X)",), ("df/dX = -inv(X)", "df/dX = X")),
    Row("det(X)**2", "X: nxn", ("df/dX = 2*det(X)**2*inv(X).T",), ("df/dX = 2*det(X)*inv(X).T", "df/dX = 2*det(X)**2*inv(X)", "df/dX = det(X)**2*inv(X).T")),
    Row("det(A @ X @ B)", "A: nxn; X: nxn; B: nxn", ("df/dX = det(A @ X @ B)*inv(X).T", "df/dX = det(A @ X @ B)*inv(X.T)"), ("df/dX = det(X)*inv(X).T", "df/dX = det(A @ X @ B)*inv(A @ X @ B).T", "df/dX = det(A @ X @ B)*inv(X)")),
    Row("det(X.T @ A @ X)", "A: nxn; X: nxn", ("df/dX = 2*det(X.T @ A @ X)*inv(X).T",), ("df/dX = det(X.T @ A @ X)*inv(X).T", "df/dX = 2*det(X.T @ A @ X)*inv(X)")),
    Row("logdet(X.T @ X)", "X: 3x2", ("df/dX = 2*X @ inv(X.T @ X)",), ("df/dX = X @ inv(X.T @ X)", "df/dX = 2*inv(X.T @ X) @ X.T", "df/dX = 2*X")),
    Row("det(A)*det(B)", "A: nxn; B: nxn", ("df/dA = det(A)*det(B)*inv(A).T",), ("df/dA = det(B)*inv(A).T", "df/dA = det(A @ B)*inv(A)")),
    # -- inverses
    Row("a.T @ inv(X) @ b", "X: nxn; a: n; b: n", ("df/dX = -inv(X).T @ a @ b.T @ inv(X).T", "df/da = inv(X) @ b", "df/db = inv(X).T @ a"),
        ("df/dX = inv(X).T @ a @ b.T @ inv(X).T", "df/dX = -inv(X) @ a @ b.T @ inv(X)", "df/dX = -inv(X).T @ b @ a.T @ inv(X).T", "df/dX = -a @ b.T @ inv(X).T @ inv(X).T", "df/db = inv(X) @ a", "df/da = X @ b")),
    Row("a.T @ inv(X) @ b", "X: nxn symmetric; a: n; b: n", ("df/dX = -inv(X) @ a @ b.T @ inv(X)",), ("df/dX = -inv(X) @ b @ a.T @ inv(X)", "df/dX = inv(X) @ a @ b.T @ inv(X)")),
    Row("tr(A @ inv(X) @ B)", "A: mxn; X: nxn; B: nxm", ("df/dX = -(inv(X) @ B @ A @ inv(X)).T",), ("df/dX = -inv(X) @ B @ A @ inv(X)", "df/dX = (inv(X) @ B @ A @ inv(X)).T", "df/dX = -(inv(X) @ A @ B @ inv(X)).T")),
    Row("tr(inv(X))", "X: nxn", ("df/dX = -(inv(X) @ inv(X)).T", "df/dX = -inv(X).T @ inv(X).T"), ("df/dX = -inv(X) @ inv(X)", "df/dX = (inv(X) @ inv(X)).T", "df/dX = -inv(X).T", "df/dX = -inv(X).T*inv(X).T")),
    Row("tr(inv(X + A))", "X: nxn; A: nxn", ("df/dX = -(inv(X + A) @ inv(X + A)).T",), ("df/dX = -(inv(X) @ inv(X)).T", "df/dX = -inv(X + A) @ inv(X + A)")),
    Row("det(inv(X))", "X: nxn", ("df/dX = -det(inv(X))*inv(X).T", "df/dX = -inv(X).T/det(X)"), ("df/dX = det(inv(X))*inv(X).T", "df/dX = det(inv(X))*X.T", "df/dX = -inv(X)/det(X)")),
    Row("inv(X)", "X: nxn", ("df[p,q]/dX[i,j] = -(inv(X)[p,i])*(inv(X)[j,q])",), ("df[p,q]/dX[i,j] = inv(X)[p,i]*inv(X)[j,q]", "df[p,q]/dX[i,j] = -(inv(X)[i,p])*(inv(X)[q,j])")),
    Row("sum(solve(A, b))", "A: nxn; b: n", ("df/db = inv(A).T @ ones(n)", "df/dA = -inv(A).T @ ones(n) @ solve(A, b).T", "df/db = solve(A.T, ones(n))"), ("df/db = inv(A) @ ones(n)", "df/dA = inv(A).T @ ones(n) @ solve(A, b).T", "df/dA = -solve(A, b) @ ones(n).T @ inv(A)", "df/db = A.T @ ones(n)")),
    Row("c.T @ solve(A, b)", "A: nxn; b: n; c: n", ("df/dA = -solve(A.T, c) @ solve(A, b).T", "df/dc = solve(A, b)"), ("df/dA = -solve(A, c) @ solve(A, b).T", "df/dc = solve(A.T, b)")),
    Row("b.T @ inv(X.T @ X) @ b", "X: 3x2; b: 2", ("df/dX = -2*X @ inv(X.T @ X) @ b @ b.T @ inv(X.T @ X)",), ("df/dX = 2*X @ inv(X.T @ X) @ b @ b.T @ inv(X.T @ X)", "df/dX = -X @ inv(X.T @ X) @ b @ b.T @ inv(X.T @ X)")),
    # -- norms and entries
    Row("norm(x)", "x: n", ("df/dx = x/norm(x)",), ("df/dx = x", "df/dx = 2*x", "df/dx = 2*x/norm(x)", "df/dx = x/norm(x)**2", "df/dx = x/(2*norm(x))")),
    Row("norm(x - a)", "x: n; a: n", ("df/dx = (x - a)/norm(x - a)", "df/da = (a - x)/norm(x - a)"), ("df/da = (x - a)/norm(x - a)", "df/dx = x/norm(x - a)")),
    Row("x/norm(x)", "x: n", ("df/dx = eye(n)/norm(x) - x @ x.T/norm(x)**3", "df[i]/dx[j] = ((i == j) - x[i]*x[j]/norm(x)**2)/norm(x)"), ("df/dx = eye(n)/norm(x)", "df/dx = eye(n)/norm(x) + x @ x.T/norm(x)**3", "df/dx = eye(n)/norm(x) - x @ x.T/norm(x)**2")),
    Row("norm(X)**2", "X: mxn", ("df/dX = 2*X",), ("df/dX = X", "df/dX = 2*X.T", "df/dX = 2*norm(X)*ones(m,n)")),
    Row("norm(X)", "X: mxn", ("df/dX = X/norm(X)",), ("df/dX = X", "df/dX = 2*X/norm(X)", "df/dX = X.T/norm(X)")),
    Row("norm(A @ X - B)**2", "A: mxn; X: nxk; B: mxk", ("df/dX = 2*A.T @ (A @ X - B)", "df/dA = 2*(A @ X - B) @ X.T"), ("df/dX = 2*A @ (A @ X - B)", "df/dX = 2*(A @ X - B) @ A.T", "df/dA = 2*X.T @ (A @ X - B)", "df/dA = 2*(A @ X - B) @ X")),
    Row("sum(X)", "X: mxn", ("df/dX = ones(m,n)", "df/dX[i,j] = 1"), ("df/dX = X", "df/dX = 0")),
    Row("mean(X)", "X: mxn", ("df/dX = ones(m,n)/(m*n)",), ("df/dX = ones(m,n)", "df/dX = ones(m,n)/m")),
    Row("mean(x*x)", "x: n", ("df/dx = 2*x/n", "df/dx[i] = 2*x[i]/n"), ("df/dx = 2*x", "df/dx = x/n")),
    Row("sum(X*X)", "X: mxn", ("df/dX = 2*X",), ("df/dX = 2*X @ X", "df/dX = X*X")),
    Row("sum(X*Y)", "X: mxn; Y: mxn", ("df/dX = Y",), ("df/dX = Y.T", "df/dX = X", "df/dX = X*Y")),
    Row("sum(X, 0)", "X: mxn", ("df[j]/dX[i,k] = (j == k)",), ("df[j]/dX[i,k] = (j == i)", "df[j]/dX[i,k] = 1")),
    Row("b.T @ sum(X, 0)", "X: mxn; b: n", ("df/dX = ones(m) @ b.T",), ("df/dX = b @ ones(m).T",)),
    Row("b.T @ sum(X, 1)", "X: mxn; b: m", ("df/dX = b @ ones(n).T",), ("df/dX = ones(n) @ b.T",)),
    Row("b.T @ sum(X, 1)", "X: nxn; b: n", ("df/dX = b @ ones(n).T",), ("df/dX = ones(n) @ b.T",)),
    Row("norm1(x)", "x: n", ("df/dx = sign(x)",), ("df/dx = ones(n)", "df/dx = x", "df/dx = abs(x)")),
    Row("X[0,1]*X[1,0]", "X: 3x3", ("df/dX[0,1] = X[1,0]", "df/dX[1,0] = X[0,1]"), ("df/dX[0,1] = X[0,1]", "df/dX[0,0] = 1")),
    # -- functions entry by entry
    Row("sum(exp(x))", "x: n", ("df/dx = exp(x)",), ("df/dx = sum(exp(x))*ones(n)", "df/dx = x*exp(x)")),
    Row("exp(A @ x)", "A: mxn; x: n", ("df/dx = diag(exp(A @ x)) @ A", "df[i]/dx[j] = exp(dot(A[i,:], x))*A[i,j]"), ("df/dx = A @ diag(exp(x))", "df/dx = diag(exp(A @ x)) @ A.T", "df/dx = A", "df/dx = A @ diag(exp(A @ x))")),
    Row("sin(x)", "x: n", ("df/dx = diag(cos(x))",), ("df/dx = cos(x) @ ones(n).T", "df/dx = -diag(cos(x))")),
    Row("sum(log(x))", "x: n; x > 0", ("df/dx = 1/x",), ("df/dx = x", "df/dx = -1/x**2")),
    Row("logsumexp(x)", "x: n", ("df/dx = softmax(x)", "df/dx = exp(x)/sum(exp(x))"), ("df/dx = exp(x)", "df/dx = log(softmax(x))", "df/dx = ones(n)/sum(exp(x))")),
    Row("softmax(x)", "x: n", ("df/dx = diag(softmax(x)) - softmax(x) @ softmax(x).T", "df[i]/dx[j] = softmax(x)[i]*((i == j) - softmax(x)[j])"), ("df/dx = diag(softmax(x)*(1 - softmax(x)))", "df/dx = diag(softmax(x))", "df/dx = softmax(x) @ softmax(x).T - diag(softmax(x))")),
    Row("-(t.T @ log(softmax(z)))", "z: n; t: n", ("df/dz = sum(t)*softmax(z) - t",), ("df/dz = softmax(z) - t", "df/dz = t - sum(t)*softmax(z)", "df/dz = -t/softmax(z)")),
    Row("sum(sigmoid(W @ x))", "W: mxn; x: n", ("df/dW = (sigmoid(W @ x)*(1 - sigmoid(W @ x))) @ x.T", "df/dx = W.T @ (sigmoid(W @ x)*(1 - sigmoid(W @ x)))"), ("df/dW = sigmoid(W @ x) @ x.T", "df/dW = x @ (sigmoid(W @ x)*(1 - sigmoid(W @ x))).T", "df/dx = W @ (sigmoid(W @ x)*(1 - sigmoid(W @ x)))", "df/dx = W.T @ sigmoid(W @ x)")),
    Row("norm(tanh(W @ x + b) - y)**2/2", "W: mxn; x: n; b: m; y: m", ("df/db = (tanh(W @ x + b) - y)*(1 - tanh(W @ x + b)**2)", "df/dW = ((tanh(W @ x + b) - y)*(1 - tanh(W @ x + b)**2)) @ x.T"), ("df/db = tanh(W @ x + b) - y", "df/db = (tanh(W @ x + b) - y)*(1 - tanh(W @ x + b))", "df/dW = x @ ((tanh(W @ x + b) - y)*(1 - tanh(W @ x + b)**2)).T", "df/dW = (tanh(W @ x + b) - y) @ x.T")),
    Row("sum(relu(W @ x))", "W: mxn; x: n", ("df/dx = W.T @ (W @ x > 0)", "df/dW = (W @ x > 0) @ x.T"), ("df/dx = W.T @ ones(m)", "df/dx = W.T @ relu(W @ x)", "df/dW = ones(m) @ x.T")),
    Row("sum((A @ X)*(A @ X))", "A: mxn; X: nxk", ("df/dX = 2*A.T @ A @ X",), ("df/dX = 2*A @ A @ X", "df/dX = 2*A @ X", "df/dX = A.T @ A @ X")),
    Row("log(1 + exp(-(t*(w.T @ x))))", "w: n; x: n; t: scalar", ("df/dw = -t*sigmoid(-(t*(w.T @ x)))*x",), ("df/dw = t*sigmoid(-(t*(w.T @ x)))*x", "df/dw = -t*sigmoid(t*(w.T @ x))*x", "df/dw = -sigmoid(-(t*(w.T @ x)))*x")),
    Row("exp(-(x - a).T @ S @ (x - a)/2)", "x: n; a: n; S: nxn symmetric", ("df/dx = -exp(-(x - a).T @ S @ (x - a)/2)*(S @ (x - a))",), ("df/dx = exp(-(x - a).T @ S @ (x - a)/2)*(S @ (x - a))", "df/dx = -2*exp(-(x - a).T @ S @ (x - a)/2)*(S @ (x - a))")),
    Row("x.T @ A @ x/(x.T @ x)", "A: nxn symmetric; x: n", ("df/dx = 2*(A @ x - (x.T @ A @ x/(x.T @ x))*x)/(x.T @ x)",), ("df/dx = 2*A @ x/(x.T @ x)", "df/dx = 2*(A @ x - x)/(x.T @ x)", "df/dx = A @ x/x")),
)  # fmt: skip


def identities() -> list[tuple[str, str, str, bool]]:
    """All statements: the function, the variables, the claim, and whether it is true."""
    found = []
    for row in ROWS:
        found += [(row.f, row.vars, claim, True) for claim in row.true]
        found += [(row.f, row.vars, claim, False) for claim in row.false]
    return found
