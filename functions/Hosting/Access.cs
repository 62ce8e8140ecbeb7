namespace CloudPos.Functions.Hosting;

/// <summary>Who may call a function over HTTP.</summary>
internal abstract record Access
{
    /// <summary>Anybody.</summary>
    internal sealed record Anybody : Access;

    /// <summary>An enrolled terminal, by a token bound to the request (design: rule 11).</summary>
    /// <param name="AppendOnly">
    /// What is asked only appends: a withdrawn key, or the key of an earlier epoch, may still do it.
    /// </param>
    internal sealed record ATerminal(bool AppendOnly) : Access;

    /// <summary>A person with one of these roles, or the administrator.</summary>
    internal sealed record APerson(IReadOnlyList<Role> Roles) : Access;

    public static Access Open { get; } = new Anybody();

    public static Access Terminal { get; } = new ATerminal(AppendOnly: false);

    public static Access TerminalAppend { get; } = new ATerminal(AppendOnly: true);

    public static Access People(params IReadOnlyList<Role> roles) => new APerson(roles);
}

/// <summary>
/// What a person is in the back office. The names, in lower case, are the values of the token's roles.
/// </summary>
internal enum Role
{
    Admin = 1,
    Manager = 2,
    Finance = 3,
    Support = 4,
}

/// <summary>A person as the token names them.</summary>
internal sealed record Person(string Name, IReadOnlyList<Role> Roles);
