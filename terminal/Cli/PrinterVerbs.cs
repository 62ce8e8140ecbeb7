using System.CommandLine;
using CloudPos.Languages;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Printing;

namespace CloudPos.Terminal.Cli;

/// <summary>printer: the receipt printer of this terminal, and the language of its papers.</summary>
internal sealed class PrinterVerbs(VerbHost host)
{
    private readonly Option<string> _address = new("--address")
    {
        Description = PrinterAddress.Help, HelpName = "ADDRESS", Required = true,
    };

    private readonly Option<int> _paper = new("--paper")
    {
        Description = "Width of the roll in millimetres: 80 or 58.", DefaultValueFactory = _ => 80,
    };

    private readonly Option<bool> _noDrawer = new("--no-drawer")
    {
        Description = "No cash drawer hangs on it.",
    };

    private readonly Option<string?> _logo = new("--logo")
    {
        Description = "A black and white picture to print on top: binary PBM (P4).", HelpName = "FILE",
    };

    private static string Names => string.Join(", ", Locale.All.Select(one => one.Name));

    private const string AsStore = "store";

    private readonly Option<string> _locale = new("--locale")
    {
        Description = $"How papers write and speak: {AsStore}, as the back office has it, or {Names}.",
        HelpName = "NAME",
        Required = true,
    };

    public Command Create()
    {
        var set = new Verb(
            "set", "Choose the printer; receipts print by themselves from then on.",
            "printer set --data till1 --address tcp://192.0.2.7",
            "printer set --data till1 --address /dev/usb/lp0 --paper 58 --logo shop.pbm")
        {
            host.Data, _address, _paper, _noDrawer, _logo,
        };
        set.SetAction(parse => host.OnTerminal(parse, context => Set(context, parse)));
        var none = new Verb("none", "Print nothing any more.", "printer none --data till1") { host.Data };
        none.SetAction(parse => host.OnTerminal(
            parse, context => Changed(context, settings => settings with { Printer = null })));
        var test = new Verb("test", "Print a page that shows columns, letters and code.",
            "printer test --data till1")
        {
            host.Data,
        };
        test.SetAction((parse, cancel) => host.OnTerminal(parse, context => Test(context, cancel)));
        var run = new Verb("print", "Print what waits now, and say how the printer is.",
            "printer print --data till1")
        {
            host.Data,
        };
        run.SetAction((parse, cancel) => host.OnTerminal(parse, context => PrintWaiting(context, cancel)));
        var language = new Verb("language", "Choose how papers write figures and dates, and their language.",
            "printer language --data till1 --locale de-DE")
        {
            host.Data, _locale,
        };
        language.SetAction(parse => host.OnTerminal(parse, context => SetLanguage(context, parse)));
        return new Verb("printer", "The receipt printer and the language of its papers.")
        {
            set, none, test, run, language,
        };
    }

    private VerbResult Set(TerminalContext context, ParseResult parse)
    {
        var address = parse.GetRequiredValue(_address);
        if (PrinterAddress.TryParse(address) is null)
            return VerbResult.Error(ExitCode.BadInput, $"'{address}' is no printer. {PrinterAddress.Help}");
        if (parse.GetValue(_paper) is not (80 or 58) and var paper)
            return VerbResult.Error(ExitCode.BadInput, $"Rolls are 80 or 58 millimetres wide, not {paper}.");
        LogoImage? logo = null;
        if (parse.GetValue(_logo) is { } file)
        {
            var path = host.PathOf(file);
            if (!File.Exists(path) || new FileInfo(path).Length > 64 * 1024)
                return VerbResult.Error(
                    ExitCode.BadInput, $"{path} is no file, or larger than a logo can be.");
            logo = Logo.TryRead(File.ReadAllBytes(path), out var fault);
            if (logo is null)
                return VerbResult.Error(ExitCode.BadInput, fault!);
        }
        var printer = new PrinterSettings(
            address, parse.GetValue(_paper), !parse.GetValue(_noDrawer), logo);
        return Changed(context, settings => settings with { Printer = printer });
    }

    private VerbResult SetLanguage(TerminalContext context, ParseResult parse)
    {
        var name = parse.GetRequiredValue(_locale);
        if (name == AsStore)
            return Changed(context, settings => settings with { Locale = null });
        return Locale.Find(name) is { } locale
            ? Changed(context, settings => settings with { Locale = locale.Name })
            : VerbResult.Error(
                ExitCode.BadInput,
                $"'{name}' is not known; say {AsStore} or one of {Names}.");
    }

    private static VerbResult Changed(
        TerminalContext context, Func<PaperSettings, PaperSettings> change)
    {
        var outcome = context.Store.ChangePaper(change);
        return outcome.IsStored ? Told(context, null) : VerbResult.Error(outcome);
    }

    private static async Task<VerbResult> Test(TerminalContext context, CancellationToken cancel) =>
        Told(context, await context.Printing.PrintTest(cancel));

    private static async Task<VerbResult> PrintWaiting(TerminalContext context, CancellationToken cancel)
    {
        var printed = await context.Printing.PrintWaiting(cancel);
        return Told(context, printed is PrintResult.Printed ? await context.Printing.Ask(cancel) : printed);
    }

    /// <summary>What is set, what the printer came to, and how much waits.</summary>
    private static VerbResult Told(TerminalContext context, PrintResult? result)
    {
        var (settings, waiting) = (context.Store.Paper, context.Printing.WaitingCount);
        var sentence = result is { } came ? PrintResults.SentenceOf(came) : null;
        var document = new PrinterDocument(
            settings.Printer?.Address, settings.Printer?.PaperMillimetres, settings.Printer?.Drawer,
            context.Store.Locale.Name, result, sentence, waiting);
        var text = $"Printer {settings.Printer?.Address ?? "none"}, papers in {document.Locale}, "
            + $"{waiting} waiting.\n";
        return result is null or PrintResult.Printed
            ? VerbResult.Done(text, document, CliJson.Default.PrinterDocument)
            : VerbResult.Failed(
                ExitCode.PrinterFailed, document, CliJson.Default.PrinterDocument, sentence!);
    }
}
