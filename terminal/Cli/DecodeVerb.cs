using System.CommandLine;

namespace CloudPos.Terminal.Cli;

/// <summary>decode: prints data objects, tracks and messages for people, card data masked.</summary>
internal sealed class DecodeVerb(VerbHost host)
{
    private readonly Argument<string[]> _text = new("text")
    {
        Description = "Hex, or the text of a stripe or of an ISO 8583 message. Parts are put together.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _kind = new("--as")
    {
        Description = "What it is: tlv, track2 or iso8583. Without it: whatever it proves to be.",
        HelpName = "KIND",
        DefaultValueFactory = _ => "guess",
    };

    public Command Create()
    {
        var verb = new Verb(
            "decode",
            "Print data objects (TLV), track 2 or an ISO 8583 message for people; card data is masked.",
            "decode 9F02060000000012349C0100",
            "decode --as tlv 6F1A840E315041592E5359532E4444463031A5088801025F2D02656E")
        {
            _text, _kind,
        };
        verb.SetAction(parse => host.Print(parse, Describe(parse)));
        return verb;
    }

    private VerbResult Describe(ParseResult parse)
    {
        DecodeKind? kind = parse.GetValue(_kind) switch
        {
            "guess" => DecodeKind.Guess,
            "tlv" => DecodeKind.Tlv,
            "track2" => DecodeKind.Track2,
            "iso8583" => DecodeKind.Iso8583,
            _ => null,
        };
        if (kind is not { } known)
            return VerbResult.Error(ExitCode.BadInput, "--as takes tlv, track2 or iso8583.");
        var result = Decode.Describe(string.Join(' ', parse.GetRequiredValue(_text)), known);
        if (!result.IsValid)
            return VerbResult.Failed(
                ExitCode.BadInput,
                new DecodeDocument(result.Kind, null, result.Fault, result.Offset, []),
                CliJson.Default.DecodeDocument, result.Text);
        return VerbResult.Done(
            $"{result.Form}\n{result.Text}",
            new DecodeDocument(result.Kind, result.Form, null, null, result.Nodes),
            CliJson.Default.DecodeDocument);
    }
}
