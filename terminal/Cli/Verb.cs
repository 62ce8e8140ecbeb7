using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace CloudPos.Terminal.Cli;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class Verb(
    string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples => examples;
}

/// <summary>The library's help, then the verb's examples and the table of exit codes.</summary>
internal sealed class FullHelp(HelpAction plain) : SynchronousCommandLineAction
{
    /// <summary>Help is asked for because something is not known: errors do not stand in its way.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        plain.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is Verb { Examples: [_, ..] examples })
        {
            output.WriteLine("Examples:");
            foreach (var example in examples)
                output.WriteLine($"  cloudpos-terminal {example}");
            output.WriteLine();
        }
        output.Write(ExitCodes.Text());
        return (int)ExitCode.Done;
    }
}
