using System.CommandLine;
using CloudPos.Terminal.Training;

namespace CloudPos.Terminal.Cli;

/// <summary>training: makes the folder to practise in.</summary>
internal sealed class TrainingVerb(VerbHost host)
{
    private readonly Option<bool> _fresh = new("--fresh")
    {
        Description = "Throw away what was practised and begin anew.",
    };

    public Command Create()
    {
        var verb = new Verb(
            "training", "Make a terminal to practise on: the shop's catalogue, nobody behind it.",
            "training --data till1", "serve --data till1/training --urls http://127.0.0.1:8082")
        {
            host.Data, _fresh,
        };
        verb.SetAction(parse => host.OnTerminal(parse, context => Make(context, parse)));
        return verb;
    }

    private VerbResult Make(TerminalContext context, ParseResult parse)
    {
        if (context.Store.Enrolment is not { } enrolment)
            return VerbResult.NotEnrolled(context.Store);
        if (enrolment.IsTraining)
            return VerbResult.Error(
                ExitCode.BadInput, "This is the terminal to practise on; name the shop's folder.");
        var folder = TrainingShop.FolderOf(host.PathOf(parse.GetRequiredValue(host.Data)));
        if (parse.GetValue(_fresh) && TrainingShop.Clear(folder, host.Time) is { } inUse)
            return VerbResult.Error(ExitCodes.Of(inUse.Status), inUse.Sentence);
        if (!Directory.Exists(folder) && TrainingShop.Make(context.Store, folder, host.Time) is { } fault)
            return VerbResult.Error(ExitCode.NotStored, fault);
        return VerbResult.Done(
            $"Practise with --data {folder}; nothing of it is ever sent.\n", new TrainingDocument(folder),
            CliJson.Default.TrainingDocument);
    }
}
