"""Hostile input."""
NASTY = (
    '__import__("os").system("true")', "x.__class__.__mro__[1]", "9**9**9**9", "1e999999999", "((((((((((", "x\x1b[2J",
    "x\u202e + 1", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", r"\input{/etc/passwd}", "x**(10**7)", "%n%s",
    "::error::x", "x;y;z", "a=1;a=2", "0/0", "1/0*x", "0**0", "x**x**x", "where(x>0,1/0,1)", "log(-1)", "‖x‖", "x[99999999999]",
    "zeros(99999,99999)", "eye(2)@eye(3)", "sum(x,5)", "inf", "nan", "1_000", "0x10", "1e-400", "1e400", "٣", "ｘ", "x̂", "\ud800",
    "floor(1e308)", "exp(1e6)", "exp(exp(exp(5)))", "sin(1e300)", "log(1e-9999)", "root(x,0)", "max()", "$x$", "${HOME}", "$(id)",
)
